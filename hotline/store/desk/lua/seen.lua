-- The caller is still there. ARGV: sid, now.  Returns {state, rank, how many wait}.
local key = waiter_key(ARGV[1])
local state = get(key, 'state')
if state ~= '' then
  redis.call('HSET', key, 'seen', ARGV[2])
end
return {state, redis.call('ZRANK', WAITING, ARGV[1]) or -1, redis.call('ZCARD', WAITING)}
