-- Somebody is about to hang up on a caller, or has not managed to: whose doing the end of the call
-- is.  ARGV: sid, account, '1' or ''.
local key = waiter_key(ARGV[1])
if get(key, 'state') == 'taken' and get(key, 'by') == ARGV[2] then
  redis.call('HSET', key, 'let_go', ARGV[3])
end
return 1
