-- The talk is over, and so is the waiting.  ARGV: sid, account, now.
-- Returns 1; 0 if this account does not have him.
local key = waiter_key(ARGV[1])
if get(key, 'state') ~= 'taken' or get(key, 'by') ~= ARGV[2] then
  return 0
end
finish(ARGV[1])
let_go(ARGV[2], ARGV[1], 'wrapping-up', ARGV[3])
return 1
