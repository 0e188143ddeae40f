-- The call that was made for a callback.  ARGV: sid, account, sid of the call.
local key = waiter_key(ARGV[1])
if get(key, 'state') ~= 'taken' or get(key, 'by') ~= ARGV[2] then return 0 end
redis.call('HSET', key, 'live', ARGV[3])
redis.call('SET', 'hotline:live:' .. ARGV[3], ARGV[1], 'EX', DAY)
return 1
