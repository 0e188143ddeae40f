-- The talk is over, and so is the waiting.  ARGV: sid, account, now.  Returns the state.
local key = waiter_key(ARGV[1])
if get(key, 'state') ~= 'taken' or get(key, 'by') ~= ARGV[2] then
  return get(key, 'state')
end
finish(ARGV[1])
let_go(ARGV[2], ARGV[1], 'wrapping-up', ARGV[3])
return 'done'
