-- What a staff member says of themselves.  ARGV: account, name, presence, now.
local account, presence = ARGV[1], ARGV[3]
local key = staff_key(account)
if get(key, 'talking_to') ~= '' then return 'talking' end
if presence ~= 'away' and get(key, 'leg') == '' then return 'no-line' end
if presence ~= 'wrapping-up' then end_work(account, ARGV[4]) end
redis.call('HSET', key, 'account', account, 'name', ARGV[2])
redis.call('EXPIRE', key, DAY)
set_presence(account, presence, ARGV[4])
return 'ok'
