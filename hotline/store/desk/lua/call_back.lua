-- The caller hangs up and is called back; one callback for each telephone, the first one.
-- ARGV: sid, agreed (1 or empty).  Returns 'kept', 'known', or the state that forbids it.
local sid = ARGV[1]
local key = waiter_key(sid)
local state, caller = get(key, 'state'), get(key, 'caller')
if state ~= 'waiting' then return state end
if caller == '' or get(key, 'number') == '' then return 'withheld' end
local other = redis.call('HGET', CALLBACKS, caller)
if other and other ~= sid and get(waiter_key(other), 'callback') == '1'
   and get(waiter_key(other), 'state') ~= 'done' then
  finish(sid)
  return 'known'
end
leave_place(sid)
redis.call('HSET', CALLBACKS, caller, sid)
redis.call('HSET', key, 'callback', '1', 'live', '', 'agreed', ARGV[2])
return 'kept'
