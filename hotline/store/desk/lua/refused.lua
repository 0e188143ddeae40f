-- The network will not make the call of a callback: the same as if nobody had answered.
-- ARGV: sid, account that has it, now, then the pauses (s).  Returns 1; 0 if it is not theirs.
local key = waiter_key(ARGV[1])
if get(key, 'state') ~= 'taken' or get(key, 'by') ~= ARGV[2] then return 0 end
not_reached(ARGV[1], ARGV[3], {unpack(ARGV, 4)})
return 1
