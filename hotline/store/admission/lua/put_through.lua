-- An unknown caller is to be put through to a person: all of them together only so often.
-- KEYS: who was, lately.  ARGV: now (ms), sid, most, window (s).  Returns whether it may be.
local now, window = tonumber(ARGV[1]), tonumber(ARGV[4])
local SLACK = 60000  -- ms by which clocks of several machines may differ
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window * 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + SLACK, '+inf')
if not redis.call('ZSCORE', KEYS[1], ARGV[2])
   and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  return 0
end
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('EXPIRE', KEYS[1], window + 60)
return 1
