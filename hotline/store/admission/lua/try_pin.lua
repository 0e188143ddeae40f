-- A PIN is about to be checked: it counts as wrong until it is known to be right (`forgive`), so
-- that a thousand guesses at once are no more than a thousand one after the other.
-- KEYS: guesses at the unit, at the unit from its own phones, on the line, by this phone; lock of
--       the unit; alarm; alarm of the unit's own phones; events; doubt about the unit's PIN.
-- ARGV: now (ms), sid, attempt, whether the phone is the unit's own, unit, most at a unit, most on
--       the line, hour (s), minute (s), alarm (s), locked (s), MAXLEN of the events, most by a
--       phone (0: nobody knows which phone it is).
-- Returns whether the unit is locked, whether there is an alarm or a doubt about the unit's PIN or the
-- phone, whether a lock or an alarm began just now.
local now, own = tonumber(ARGV[1]), ARGV[4] == '1'
local most_at_unit, most_on_line = tonumber(ARGV[6]), tonumber(ARGV[7])
local SLACK = 60000  -- ms by which clocks of several machines may differ

local function lately(key, seconds)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds * 1000)
  redis.call('ZREMRANGEBYSCORE', key, now + SLACK, '+inf')
  return redis.call('ZCARD', key)
end

local function add(key, seconds)
  redis.call('ZADD', key, now, ARGV[3])
  redis.call('EXPIRE', key, seconds + 60)
end

-- One call may set off several alarms: they are numbered, as several events.
local function raise(n, what, failures)
  redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[12], '*', 'kind', 'alarm', 'sid', ARGV[2],
             'n', n, 'at', ARGV[1], 'what', what, 'failures', tostring(failures))
end

local hour, minute = tonumber(ARGV[8]), tonumber(ARGV[9])
local counts_phone = not own and tonumber(ARGV[13]) > 0
local doubted = counts_phone and lately(KEYS[4], hour) >= tonumber(ARGV[13])

local function found(locked, began)
  local doubt = doubted or redis.call('EXISTS', KEYS[6], KEYS[9]) > 0
  return {locked, doubt and 1 or 0, began}
end

if not own and redis.call('EXISTS', KEYS[5]) == 1 then
  return found(1, 0)
end
local began = 0
local guesses = own and KEYS[2] or KEYS[1]
local at_unit = lately(guesses, hour)
if not redis.call('ZSCORE', guesses, ARGV[3]) then
  if own then
    if at_unit == most_at_unit and redis.call('SET', KEYS[7], '1', 'NX', 'EX', hour) then
      raise('1', ARGV[5], at_unit)
      began = 1
    end
  elseif at_unit >= most_at_unit then
    redis.call('SET', KEYS[5], '1', 'EX', ARGV[11])
    raise('2', 'locked ' .. ARGV[5], at_unit)
    return found(1, 1)
  end
  if at_unit <= most_at_unit then
    add(guesses, hour)
  end
  if counts_phone and not doubted then
    add(KEYS[4], hour)
  end
end

local on_line = lately(KEYS[3], minute)
if on_line >= most_on_line and not redis.call('ZSCORE', KEYS[3], ARGV[3]) then
  if redis.call('EXISTS', KEYS[6]) == 0 then
    raise('0', 'line', on_line)
    began = 1
  end
  redis.call('SET', KEYS[6], '1', 'EX', ARGV[10])
end
if on_line <= most_on_line then
  add(KEYS[3], minute)
end
return found(0, began)
