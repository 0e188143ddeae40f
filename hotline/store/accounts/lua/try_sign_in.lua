-- An attempt to sign in: it counts as failed until it is known to be right (`forgive`), so that a
-- thousand at once are no more than a thousand one after the other. After some that cost nothing,
-- each makes the next one wait, twice as long each time up to a longest. Nothing locks for good.
-- KEYS: failures of the name, failures of the address.
-- ARGV: now (ms), how many of the name cost nothing, how many of the address, window (s),
--       longest wait (ms).
-- Returns how long to wait (ms); 0: the attempt may be made, and is counted.
local now, longest = tonumber(ARGV[1]), tonumber(ARGV[5])

local wait = 0
for _, key in ipairs(KEYS) do
  local ends = tonumber(redis.call('HGET', key, 'until') or 0)
  wait = math.max(wait, math.min(ends - now, longest))
end
if wait > 0 then
  return wait
end
for n, key in ipairs(KEYS) do
  local beyond = redis.call('HINCRBY', key, 'n', 1) - tonumber(ARGV[1 + n])
  if beyond > 0 then
    redis.call('HSET', key, 'until', now + math.min(longest, 1000 * 2 ^ math.min(beyond, 30)))
  end
  redis.call('EXPIRE', key, ARGV[4])
end
return 0
