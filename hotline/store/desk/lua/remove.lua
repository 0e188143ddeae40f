-- A waiter nobody is with is struck off.  ARGV: sid.  Returns the state that was.
local state = get(waiter_key(ARGV[1]), 'state')
if state == 'waiting' or state == 'keying' then finish(ARGV[1]) end
return state
