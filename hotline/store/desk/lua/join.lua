-- Into the queue, once however often it is asked. Who was there before keeps the first time, and
-- the better class; who was through with it (done) begins anew.
-- ARGV: sid, class, first (ms), now, then fields and values.
local sid, class, first = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local key = waiter_key(sid)
local state = get(key, 'state')
if state == 'taken' then
  return {'taken', get(key, 'by_name')}
end
if state == 'done' then
  redis.call('DEL', key)
elseif state ~= '' then
  class = math.min(class, tonumber(get(key, 'own')) or class)
  first = get(key, 'first')
end
local pairs_ = {}
for i = 5, #ARGV do pairs_[#pairs_ + 1] = ARGV[i] end
redis.call('HSET', key, 'sid', sid, 'own', class, 'first', first, 'seen', ARGV[4],
           'joined', ARGV[4], 'live', sid, 'callback', '', unpack(pairs_))
redis.call('HSETNX', key, 'attempts', '0')
forget_callback(sid)
take_place(sid)
enter(sid)
return {'waiting', redis.call('ZRANK', WAITING, sid)}
