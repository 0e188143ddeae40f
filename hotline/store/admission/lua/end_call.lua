-- The network says that a call is over: steps that still come get a polite end, and its place on
-- the line is free. Said twice, or late, it changes nothing more.
-- KEYS: call, strangers, chairs, public, events.  ARGV: now (ms), sid, status, seconds, MAXLEN.
for place = 2, 4 do
  redis.call('ZREM', KEYS[place], ARGV[2])
end
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'ended', '1')
end
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[5], '*', 'kind', 'ended', 'sid', ARGV[2],
           'n', '0', 'at', ARGV[1], 'status', ARGV[3], 'seconds', ARGV[4])
return 1
