-- The caller has proved to be a chair: no longer an unknown caller.
-- KEYS: strangers, chairs, attempts, away, verified, events.
-- ARGV: now (ms), sid, lease of a chair (ms), how long the phone is known (s), whether the phone is
--       marked, unit, caller, number of the event, MAXLEN of the events.
redis.call('ZREM', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], tonumber(ARGV[1]) + tonumber(ARGV[3]), ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3] + 60000)
redis.call('ZREM', KEYS[3], string.sub(ARGV[2], -12))
if ARGV[5] == '1' then
  redis.call('SET', KEYS[5], '1', 'EX', ARGV[4])
  redis.call('DEL', KEYS[3], KEYS[4])
end
redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'verified', 'sid', ARGV[2],
           'n', ARGV[8], 'at', ARGV[1], 'unit', ARGV[6], 'caller', ARGV[7])
return 1
