-- Is this the code that was sent to this call? It works once, and only while there are tries left.
-- KEYS: the call's code.
-- ARGV: hash of the code that was keyed.
-- Returns 1 if it is.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('HGET', KEYS[1], 'hash') == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 1
end
if redis.call('HINCRBY', KEYS[1], 'left', -1) <= 0 then
  redis.call('DEL', KEYS[1])
end
return 0
