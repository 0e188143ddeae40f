-- A call comes in: is it admitted? Decides and counts in one step.
-- Before this text stand, from store/admission/front_door.py, for one entrance and one standing: BOUNDS (what
-- is counted and the most of it, in turn), WELCOME (the verdict without and with an alarm), the same
-- IF_VERIFIED, WINDOW, AWAY, LONGEST (s), STRANGER_LEASE, CHAIR_LEASE (ms), MOST_EVENTS,
-- SHORTEST_PREFIX, and the names of the keys that are the same for all calls. They are few and flat:
-- building tables takes longer than all that is asked of Redis.
-- KEYS: call, attempts, away, verified.
-- ARGV: now (ms), sid, entrance, standing unless a PIN was proved from this phone, the epoch that
--       the roster was read at ('': any), number, ledger, caller, attestation.
-- Returns epoch, standing, reason for turning away or '', verdict, what callers hear while intake is
-- closed. Only the epoch, and nothing is done, where the roster or the blocks have to be read first.
local now, sid, number = tonumber(ARGV[1]), ARGV[2], ARGV[6]
local SLACK = 60000  -- ms by which clocks of several machines may differ

local plain = redis.call('MGET', EPOCH, ALARM, KEYS[4], KEYS[3])
local switches = redis.call('HMGET', SWITCHES, 'stamp', 'roster-only', 'close-intake')
local epoch = plain[1] or '0'
if ARGV[5] ~= '' and (ARGV[5] ~= epoch or not switches[1]) then
  return {epoch}
end
local standing, bounds, verdict = ARGV[4], BOUNDS, WELCOME[plain[2] and 2 or 1]
if plain[3] and standing == 'unknown' then
  standing, bounds, verdict = 'verified', BOUNDS_IF_VERIFIED, WELCOME_IF_VERIFIED
end
local trusted = standing == 'roster' or standing == 'verified'

local function enter()
  local key, lease = ROOM, STRANGER_LEASE
  if trusted then
    redis.call('ZREM', ROOM, sid)
    key, lease = CHAIRS, CHAIR_LEASE
  end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZADD', key, now + lease, sid)
  redis.call('PEXPIRE', key, lease + SLACK)
end

local function record(kind, ...)
  redis.call('XADD', EVENTS, 'MAXLEN', '~', MOST_EVENTS, '*',
             'kind', kind, 'sid', sid, 'n', '0', 'at', ARGV[1], ...)
end

local block_id, times, until_ = '', 0, 0

local function weight_of_block()
  local heaviest, fields = 0, {'=' .. number}
  for length = SHORTEST_PREFIX, #number - 1 do
    fields[#fields + 1] = '^' .. string.sub(number, 1, length)
  end
  for _, found in ipairs(redis.call('HMGET', BLOCKS, unpack(fields))) do
    if found then
      local weight, ends, id = string.match(found, '^(%d):(%d+):(%d+)$')
      if tonumber(ends) > now and tonumber(weight) > heaviest then
        heaviest, block_id = tonumber(weight), id
      end
    end
  end
  return heaviest
end

local function is_away()
  if not plain[4] then
    return 0
  end
  local a, b = string.match(plain[4], '^(%d+) (%d+)$')
  times, until_ = tonumber(a), tonumber(b)
  return until_ > now and until_ <= now + LONGEST * 1000 + SLACK and 1 or 0
end

-- Attempts (the last twelve characters of their sid are enough) are kept by the time at which they ended, or will have ended: until then they are under
-- way. What a clock that was wrong has put too late is forgotten.
local function ended_lately()
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - WINDOW * 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], now + STRANGER_LEASE + SLACK, '+inf')
  return redis.call('ZCOUNT', KEYS[2], '-inf', now)
end

local function count(what)
  if what == 'block' then
    return weight_of_block()
  elseif what == 'roster-only' then
    return switches[2] and 1 or 0
  elseif what == 'penalty' then
    return is_away()
  elseif what == 'recent' or what == 'withheld' then
    return ended_lately()
  elseif what == 'at-once' then
    return redis.call('ZCOUNT', KEYS[2], string.format('(%.0f', now), '+inf')
  end
  -- Leases that ended, and those that a clock which was wrong has made too long.
  redis.call('ZREMRANGEBYSCORE', ROOM, '-inf', now)
  redis.call('ZREMRANGEBYSCORE', ROOM, now + STRANGER_LEASE + SLACK, '+inf')
  return redis.call('ZCARD', ROOM)
end

-- The same request again, or a call that is under way: nothing is counted twice.
local function known()
  return redis.call('EXISTS', KEYS[1]) == 1 or redis.call('ZSCORE', ROOM, sid)
         or redis.call('ZSCORE', CHAIRS, sid)
end

local reason = ''
for i = 1, #bounds, 2 do
  if count(bounds[i]) >= bounds[i + 1] then
    reason = bounds[i]
    break
  end
end
local decided = reason == 'block' or reason == 'roster-only' or reason == 'penalty'
if not decided and known() then
  if trusted and redis.call('ZSCORE', ROOM, sid) then
    enter()
  end
  return {epoch, standing, '', verdict, switches[3]}
end

if reason == 'recent' then
  -- One earlier time is forgotten for each longest penalty that has passed since the last one.
  local forgotten = math.floor(math.max(now - until_, 0) / (LONGEST * 1000))
  times = math.max(0, times - forgotten) + 1
  local seconds = math.min(AWAY * 2 ^ math.min(times - 1, 30), LONGEST)
  until_ = now + seconds * 1000
  redis.call('SET', KEYS[3], string.format('%d %.0f', times, until_),
             'PX', string.format('%.0f', seconds * 1000 + times * LONGEST * 1000))
  redis.call('DEL', KEYS[2])
  record('penalised', 'caller', ARGV[8], 'number', standing == 'suspect' and '' or number,
         'until', string.format('%.0f', until_), 'times', tostring(times))
elseif reason == '' then
  enter()
  if not trusted then
    redis.call('ZADD', KEYS[2], now + STRANGER_LEASE, string.sub(sid, -12))
    redis.call('PEXPIRE', KEYS[2], STRANGER_LEASE + WINDOW * 1000 + SLACK)
  end
end
if reason ~= '' then
  verdict = 'turn-away'
end
record('arrived', 'channel', 'voice', 'entrance', ARGV[3], 'ledger', ARGV[7], 'caller', ARGV[8],
       'last4', string.sub(number, -4), 'attestation', ARGV[9], 'standing', standing, 'verdict', verdict,
       'reason', reason, 'block', reason == 'block' and block_id or '')
return {epoch, standing, reason, verdict, switches[3]}
