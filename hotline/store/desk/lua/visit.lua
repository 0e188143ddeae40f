-- A supervisor's telephone goes into another's room, or (with empty) back into its own.
-- ARGV: account, account visited, mode.  Returns what hinders it, or 'ok'.
local key = staff_key(ARGV[1])
if get(key, 'leg') == '' then return 'no-line' end
if ARGV[2] == '' then
  redis.call('HSET', key, 'with', '', 'mode', '')
  return 'ok'
end
if get(key, 'talking_to') ~= '' then return 'talking' end
if get(staff_key(ARGV[2]), 'room') == '' then return 'no-room' end
redis.call('HSET', key, 'with', ARGV[2], 'mode', ARGV[3])
return 'ok'
