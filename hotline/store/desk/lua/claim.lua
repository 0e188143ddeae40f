-- KEYS: the claim.  ARGV: what is asked (claim, renew, release, take-over), holder, seconds.
-- Returns the holder before, and after.
local held = redis.call('GET', KEYS[1])
local mine = held == ARGV[2]
if ARGV[1] == 'release' then
  if mine then redis.call('DEL', KEYS[1]) return {held, false} end
elseif ARGV[1] == 'take-over' or mine or (ARGV[1] == 'claim' and not held) then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  return {held, ARGV[2]}
end
return {held, held}
