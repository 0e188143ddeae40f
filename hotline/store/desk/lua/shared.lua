-- What the scripts of the desk share; written before each of them. A waiter's states: waiting,
-- keying (left the queue to go on by keypad, keeps the place), taken, done.
local WAITING, TAKEN = 'hotline:waiting', 'hotline:taken'
local ON_SHIFT, TALKS, CALLBACKS = 'hotline:on-shift', 'hotline:talks', 'hotline:callbacks'
local DAY, HOUR = 86400, 3600
local KEPT_TALKS = 50

local function waiter_key(sid) return 'hotline:waiter:' .. sid end
local function staff_key(account) return 'hotline:staff:' .. account end

-- A class is worth more than any time: 10^13 ms are the year 2286.
local function score(class, first)
  return string.format('%.0f', tonumber(class) * 1e13 + tonumber(first))
end

local function get(key, field)
  return redis.call('HGET', key, field) or ''
end

-- A telephone has one place in the queue, however many of its calls wait: the first of them has it,
-- and the others stand behind everybody (class 3) until that one is through. A call in which a PIN
-- was proved (class 0) has a place of its own, and so has one that the desk makes.
local PROVED, BEHIND = '0', '3'
local function of_phone(sid) return 'hotline:waiting-of:' .. get(waiter_key(sid), 'caller') end

local function rank(sid, class)
  redis.call('HSET', waiter_key(sid), 'class', class)
  if redis.call('ZSCORE', WAITING, sid) then
    redis.call('ZADD', WAITING, score(class, get(waiter_key(sid), 'first')), sid)
  end
end

-- This call needs its telephone's place no more: the next one has it.
local function leave_place(sid)
  local calls = of_phone(sid)
  redis.call('ZREM', calls, sid)
  local heir = redis.call('ZRANGE', calls, 0, 0)[1]
  if heir and get(waiter_key(heir), 'own') ~= '' then rank(heir, get(waiter_key(heir), 'own')) end
end

local function take_place(sid)
  local key, calls = waiter_key(sid), of_phone(sid)
  local own = get(key, 'own')
  if get(key, 'caller') == '' or string.sub(sid, 1, 3) == 'OUT' then return rank(sid, own) end
  if own == PROVED then
    leave_place(sid)
    return rank(sid, own)
  end
  redis.call('ZADD', calls, 'NX', get(key, 'first'), sid)
  redis.call('EXPIRE', calls, DAY)
  local holder = redis.call('ZRANGE', calls, 0, 0)[1]
  while holder ~= sid and redis.call('EXISTS', waiter_key(holder)) == 0 do
    redis.call('ZREM', calls, holder)
    holder = redis.call('ZRANGE', calls, 0, 0)[1]
  end
  rank(sid, holder == sid and own or BEHIND)
end

local function enter(sid)
  local key = waiter_key(sid)
  redis.call('HSET', key, 'state', 'waiting', 'by', '', 'by_name', '', 'bridged', '', 'let_go', '')
  redis.call('EXPIRE', key, DAY)
  redis.call('ZADD', WAITING, score(get(key, 'class'), get(key, 'first')), sid)
  redis.call('ZREM', TAKEN, sid)
end

local function forget_callback(sid)
  local caller = get(waiter_key(sid), 'caller')
  if caller ~= '' and redis.call('HGET', CALLBACKS, caller) == sid then
    redis.call('HDEL', CALLBACKS, caller)
  end
end

local function finish(sid)
  local key = waiter_key(sid)
  redis.call('ZREM', WAITING, sid)
  redis.call('ZREM', TAKEN, sid)
  forget_callback(sid)
  leave_place(sid)
  redis.call('HSET', key, 'state', 'done')
  redis.call('EXPIRE', key, HOUR)
end

-- How long a talk took with all that came after it; once for each talk.
local function end_work(account, now)
  local key = staff_key(account)
  local since = get(key, 'talk_since')
  if since ~= '' then
    redis.call('LPUSH', TALKS, string.format('%.0f', tonumber(now) - tonumber(since)))
    redis.call('LTRIM', TALKS, 0, KEPT_TALKS - 1)
    redis.call('HSET', key, 'talk_since', '')
  end
end

local function set_presence(account, presence, now)
  redis.call('HSET', staff_key(account), 'presence', presence, 'since', now)
  if presence ~= 'away' and get(staff_key(account), 'leg') ~= '' then
    redis.call('SADD', ON_SHIFT, account)
  else
    redis.call('SREM', ON_SHIFT, account)
  end
end

-- Whoever is talking with this caller is not any more.
local function let_go(account, sid, presence, now)
  local key = staff_key(account)
  if get(key, 'talking_to') == sid then
    redis.call('HSET', key, 'talking_to', '', 'last', sid)
    set_presence(account, presence, now)
  end
end

-- A callback reached nobody: once more after each of these pauses (s), behind those who wait then.
-- Who was given it by rule, and was not asked, is ready again.
local function not_reached(sid, now, pauses)
  local key = waiter_key(sid)
  local by, attempts = get(key, 'by'), redis.call('HINCRBY', key, 'attempts', 1)
  local presence = get(key, 'by_rule') == '1' and 'ready' or 'wrapping-up'
  if pauses[attempts] then
    local due = tonumber(now) + tonumber(pauses[attempts]) * 1000
    redis.call('HSET', key, 'first', string.format('%.0f', due), 'live', '')
    enter(sid)
  else
    finish(sid)
  end
  redis.call('HSET', staff_key(by), 'talk_since', '')
  let_go(by, sid, presence, now)
end

-- A callback that is tried again later.
local function is_later(sid, now)
  local key = waiter_key(sid)
  return get(key, 'callback') == '1' and tonumber(get(key, 'first')) > tonumber(now)
end

local function give(sid, account, name, now)
  local waiter, staff = waiter_key(sid), staff_key(account)
  end_work(account, now)
  redis.call('ZREM', WAITING, sid)
  redis.call('ZADD', TAKEN, now, sid)
  redis.call('HSET', waiter, 'state', 'taken', 'by', account, 'by_name', name, 'taken', now,
             'bridged', '', 'let_go', '', 'by_rule', '')
  redis.call('HSET', staff, 'talking_to', sid, 'talk_since', now)
  set_presence(account, 'talking', now)
end

-- Why this account can take nobody now; false if it can.
local function hindered(account)
  local key = staff_key(account)
  if get(key, 'leg') == '' then return 'no-line' end
  if get(key, 'talking_to') ~= '' then return 'talking' end
  if get(key, 'with') ~= '' then return 'visiting' end
  return false
end
