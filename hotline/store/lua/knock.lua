-- A call knocks: may it come in? Decides and counts in one step.
-- KEYS: epoch, call, blocks, switches, recent, away, verified, withheld, room, chairs, other room,
--       alarm, events.
-- ARGV: now (ms), sid, standing, bounds, whether a proved PIN changes the standing, bounds then,
--       window (s), away (s), longest away (s), lease of a stranger (ms), lease of a chair (ms),
--       verdict, verdict during an alarm, MAXLEN of the events, number, what the event says (5:
--       entrance, ledger, caller, last four, attestation), the epoch that the roster was read at
--       ('': any), fields of blocks.
-- Returns epoch, standing, reason for turning away or '', verdict, what callers hear while intake is
-- closed. Only the epoch, and nothing is done, where the roster or the blocks have to be read first.
local now, sid = tonumber(ARGV[1]), ARGV[2]
local window, away, longest = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local SLACK = 60000  -- ms by which clocks of several machines may differ

local epoch = redis.call('GET', KEYS[1]) or '0'
local switches = redis.call('HMGET', KEYS[4], 'stamp', 'roster-only', 'close-intake')
if ARGV[21] ~= '' and (ARGV[21] ~= epoch or not switches[1]) then
  return {epoch}
end
local verdict = redis.call('EXISTS', KEYS[12]) == 1 and ARGV[13] or ARGV[12]
local standing, rules = ARGV[3], ARGV[4]
if ARGV[5] == '1' and redis.call('EXISTS', KEYS[7]) == 1 then
  standing, rules, verdict = 'verified', ARGV[6], 'fast-lane'
end
local trusted = standing == 'roster' or standing == 'verified'

-- Leases that ended, and those that a clock which was wrong has made too long.
local function held(key, longest_lease)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZREMRANGEBYSCORE', key, now + longest_lease + SLACK, '+inf')
  return redis.call('ZCARD', key)
end

local function take(key, lease)
  redis.call('ZADD', key, now + lease, sid)
  redis.call('PEXPIRE', key, lease + SLACK)
end

local function enter()
  if trusted then
    redis.call('ZREM', KEYS[9], sid)
    take(KEYS[10], tonumber(ARGV[11]))
  else
    take(KEYS[9], tonumber(ARGV[10]))
  end
end

local function answer(reason, said)
  return {epoch, standing, reason, said, switches[3]}
end

-- The same request again, or a call that is under way: nothing is counted twice.
if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('ZSCORE', KEYS[9], sid)
   or redis.call('ZSCORE', KEYS[10], sid) then
  if trusted and redis.call('ZSCORE', KEYS[9], sid) then
    enter()
  end
  return answer('', verdict)
end

local block_id, times, until_, calls = '', 0, 0, {}
local function read_away()
  local found = redis.call('GET', KEYS[6])
  if found then
    local a, b = string.match(found, '^(%d+) (%d+)$')
    times, until_ = tonumber(a), tonumber(b)
  end
end

local count = {}
count['block'] = function()
  local heaviest = 0
  local fields = {}
  for i = 22, #ARGV do
    fields[#fields + 1] = ARGV[i]
  end
  if #fields == 0 then
    return 0
  end
  for _, found in ipairs(redis.call('HMGET', KEYS[3], unpack(fields))) do
    if found then
      local weight, ends, id = string.match(found, '^(%d):(%d+):(%d+)$')
      if tonumber(ends) > now and tonumber(weight) > heaviest then
        heaviest, block_id = tonumber(weight), id
      end
    end
  end
  return heaviest
end
count['roster-only'] = function()
  return switches[2] and 1 or 0
end
count['penalty'] = function()
  read_away()
  return until_ > now and until_ <= now + longest * 1000 + SLACK and 1 or 0
end
count['recent'] = function()
  for at in string.gmatch(redis.call('GET', KEYS[5]) or '', '%d+') do
    local ms = tonumber(at) * 1000
    if ms > now - window * 1000 and ms <= now + SLACK then
      calls[#calls + 1] = at
    end
  end
  return #calls
end
count['withheld'] = function()
  redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', now - window * 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[8], now + SLACK, '+inf')
  return redis.call('ZCARD', KEYS[8])
end
count['room'] = function()
  return held(KEYS[9], tonumber(ARGV[10]))
end
count['capacity'] = function()
  return held(KEYS[9], tonumber(ARGV[10])) + held(KEYS[10], tonumber(ARGV[11]))
         + held(KEYS[11], tonumber(ARGV[10]))
end

local reason = ''
for counted, most in string.gmatch(rules, '([%a-]+)=(%d+)') do
  if count[counted]() >= tonumber(most) then
    reason = counted
    break
  end
end

local function record(kind, ...)
  redis.call('XADD', KEYS[13], 'MAXLEN', '~', ARGV[14], '*',
             'kind', kind, 'sid', sid, 'n', '0', 'at', ARGV[1], ...)
end

if reason == 'recent' then
  -- One earlier time is forgotten for each longest penalty that has passed since the last one.
  local forgotten = math.floor(math.max(now - until_, 0) / (longest * 1000))
  times = math.max(0, times - forgotten) + 1
  local seconds = math.min(away * 2 ^ math.min(times - 1, 30), longest)
  until_ = now + seconds * 1000
  redis.call('SET', KEYS[6], string.format('%d %.0f', times, until_),
             'PX', string.format('%.0f', seconds * 1000 + times * longest * 1000))
  redis.call('DEL', KEYS[5])
  record('penalised', 'caller', ARGV[18], 'number', ARGV[15],
         'until', string.format('%.0f', until_), 'times', tostring(times))
elseif reason == '' then
  enter()
  if standing == 'withheld' then
    redis.call('ZADD', KEYS[8], now, sid)
    redis.call('EXPIRE', KEYS[8], window + 60)
  elseif not trusted then
    calls[#calls + 1] = string.format('%.0f', math.floor(now / 1000))
    redis.call('SET', KEYS[5], table.concat(calls, ' '), 'EX', window + 60)
  end
end
if reason ~= '' then
  verdict = 'turn-away'
end
record('arrived', 'channel', 'voice', 'entrance', ARGV[16], 'ledger', ARGV[17],
       'caller', ARGV[18], 'last4', ARGV[19], 'attestation', ARGV[20], 'standing', standing,
       'verdict', verdict, 'reason', reason, 'block', reason == 'block' and block_id or '')
return answer(reason, verdict)
