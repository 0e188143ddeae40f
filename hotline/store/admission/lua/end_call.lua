-- The network says that a call is over: steps that still come get a polite end, and its place on
-- the line is free. If nobody has proved a PIN in it, it counts from now on as one that ended so.
-- Said twice, or late, it changes nothing more.
-- KEYS: call, events, which call of this telephone rings the person, the places on the line, then where this caller's attempts may be counted.
-- ARGV: now (ms), sid, status, seconds, MAXLEN, how many places there are.
local places = tonumber(ARGV[6])
for place = 4, 3 + places do
  redis.call('ZREM', KEYS[place], ARGV[2])
end
for attempts = 4 + places, #KEYS do
  redis.call('ZADD', KEYS[attempts], 'XX', 'LT', ARGV[1], string.sub(ARGV[2], -12))
end
if redis.call('GET', KEYS[3]) == ARGV[2] then
  redis.call('DEL', KEYS[3])
end
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'ended', '1')
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', 'kind', 'ended', 'sid', ARGV[2],
           'n', '0', 'at', ARGV[1], 'status', ARGV[3], 'seconds', ARGV[4])
return 1
