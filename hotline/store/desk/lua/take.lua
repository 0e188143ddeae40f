-- A caller for this account: that one, or (sid empty) the next. Nobody else gets the same.
-- ARGV: account, name, sid, now, whether callbacks that nobody agreed to are left out (1 or empty).
local account, name, sid, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local hindrance = hindered(account)
if hindrance then return {hindrance, get(staff_key(account), 'talking_to')} end
local function needs_agreement(each)
  local key = waiter_key(each)
  return ARGV[5] ~= '' and get(key, 'callback') == '1' and get(key, 'agreed') ~= '1'
end
if sid == '' then
  local place = 0
  while true do
    local found = redis.call('ZRANGE', WAITING, place, place)[1]
    if not found then return {'nobody', ''} end
    if not needs_agreement(found) and not is_later(found, now) then sid = found break end
    place = place + 1
  end
elseif not redis.call('ZSCORE', WAITING, sid) then
  if get(waiter_key(sid), 'state') == 'taken' then
    return {'taken', get(waiter_key(sid), 'by_name')}
  end
  return {'gone', ''}
elseif needs_agreement(sid) then
  return {'needs-agreement', ''}
end
give(sid, account, name, now)
return {'ok', sid}
