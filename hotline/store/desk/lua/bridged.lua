-- The caller's telephone asks where to go. ARGV: sid, now. Returns {state, room, callback}.
local key = waiter_key(ARGV[1])
local state = get(key, 'state')
if state ~= 'taken' then return {state, ''} end
local staff = staff_key(get(key, 'by'))
if get(staff, 'talking_to') ~= ARGV[1] or get(staff, 'room') == '' then return {state, ''} end
redis.call('HSET', key, 'bridged', ARGV[2])
return {state, get(staff, 'room')}
