-- A staff member's telephone is gone; whoever was talked to is back at the place he had.
-- ARGV: leg, now.  Returns {account, name, caller put back}, or nothing if it was no such leg.
local account = redis.call('GET', 'hotline:leg:' .. ARGV[1])
if not account then return {} end
local key = staff_key(account)
redis.call('DEL', 'hotline:leg:' .. ARGV[1])
if get(key, 'leg') ~= ARGV[1] then return {account, '', ''} end
local talking = get(key, 'talking_to')
if talking ~= '' and get(waiter_key(talking), 'state') == 'taken' then
  enter(talking)
end
redis.call('HSET', key, 'leg', '', 'room', '', 'talking_to', '', 'talk_since', '', 'with', '',
           'mode', '')
set_presence(account, 'away', ARGV[2])
return {account, get(key, 'name'), talking}
