-- The staff member's telephone is connected; an earlier one is not any more.
-- ARGV: account, name, leg, room, now.  Returns {earlier leg, caller put back}.
local account, leg, now = ARGV[1], ARGV[3], ARGV[5]
local key = staff_key(account)
local before, talking = get(key, 'leg'), get(key, 'talking_to')
if before == leg then return {'', ''} end
if talking ~= '' then
  enter(talking)
end
redis.call('HSET', key, 'account', account, 'name', ARGV[2], 'leg', leg, 'room', ARGV[4],
           'talking_to', '', 'talk_since', '', 'with', '', 'mode', '')
redis.call('EXPIRE', key, DAY)
redis.call('SET', 'hotline:leg:' .. leg, account, 'EX', DAY)
redis.call('SADD', 'hotline:staff', account)
set_presence(account, 'ready', now)
return {before, talking}
