-- A call is over, as the network says.  ARGV: sid of the call, now, then the pauses (s) after which
-- a callback is tried again.
-- Returns {what it meant, sid of the waiter, account}.
local call, now = ARGV[1], ARGV[2]
local sid = redis.call('GET', 'hotline:live:' .. call) or call
local key = waiter_key(sid)
local state, by = get(key, 'state'), get(key, 'by')
if state == '' then return {'unknown', '', ''} end
-- A callback has outlived the call in which it was asked for, and calls made for it before.
if get(key, 'live') ~= call then return {'over', sid, ''} end
if state == 'waiting' and get(key, 'callback') == '1' then
  redis.call('HSET', key, 'live', '')
  return {'over', sid, ''}
end
if state == 'waiting' or state == 'keying' then
  finish(sid)
  return {'left', sid, ''}
end
if state ~= 'taken' then return {'over', sid, ''} end
if get(key, 'let_go') == '1' then
  finish(sid)
  let_go(by, sid, 'wrapping-up', now)
  return {'let-go', sid, by}
end
if get(key, 'callback') == '1' and get(key, 'bridged') == '' then
  not_reached(sid, now, {unpack(ARGV, 3)})
  return {'not-reached', sid, by}
end
finish(sid)
let_go(by, sid, 'wrapping-up', now)
return {'talked', sid, by}
