-- From one account to another, who must be free.  ARGV: sid, from, to, name of to, now.
local sid, from, to, name, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = waiter_key(sid)
if get(key, 'state') ~= 'taken' or get(key, 'by') ~= from then return {'gone', ''} end
local hindrance = hindered(to)
if hindrance then return {hindrance, get(staff_key(to), 'talking_to')} end
let_go(from, sid, 'wrapping-up', now)
give(sid, to, name, now)
return {'ok', sid}
