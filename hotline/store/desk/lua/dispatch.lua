-- The first callback that is due goes to whoever has been ready the longest. Callers on the line who
-- are before it keep as many of those who are ready. A unit that somebody is on is called for that
-- one only.
-- ARGV: now, what the keys of claims begin with.  Returns {sid, account}, or nothing.
local now = ARGV[1]
local ready, since = {}, {}
for _, account in ipairs(redis.call('SMEMBERS', ON_SHIFT)) do
  local key = staff_key(account)
  if get(key, 'presence') == 'ready' and not hindered(account) then
    ready[#ready + 1] = account
    since[account] = tonumber(get(key, 'since')) or 0
  end
end
table.sort(ready, function(a, b)
  if since[a] ~= since[b] then return since[a] < since[b] end
  return tonumber(a) < tonumber(b)
end)

local function whose(sid)
  local unit = get(waiter_key(sid), 'unit')
  local claim = unit ~= '' and redis.call('GET', ARGV[2] .. unit)
  local holder = claim and string.match(claim, '^%[(%d+),')
  if not holder then return ready[1] end
  return since[holder] and holder
end

local free = #ready
local waiting = free > 0 and redis.call('ZRANGE', WAITING, 0, -1) or {}
for _, sid in ipairs(waiting) do
  local key = waiter_key(sid)
  if get(key, 'callback') ~= '1' then
    free = free - 1
    if free == 0 then return {} end
  elseif get(key, 'agreed') == '1' and not is_later(sid, now) then
    local account = whose(sid)
    if account then
      give(sid, account, get(staff_key(account), 'name'), now)
      redis.call('HSET', key, 'by_rule', '1')
      return {sid, account}
    end
  end
end
return {}
