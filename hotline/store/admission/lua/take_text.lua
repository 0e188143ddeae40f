-- A text message came in: is it answered? A number gets so many answers in a while.
-- KEYS: blocks, messages of this number that were answered, events.
-- ARGV: now (ms), sid, weight of a block that is heeded, seconds of the while, whether the
--       number can be answered, MAXLEN of the events, what the event says (7: entrance, ledger,
--       caller, last four, attestation, standing, verdict), most answers, fields of blocks.
-- Returns the reason why it is not answered: 'block', 'recent', 'withheld' or ''.
local now = tonumber(ARGV[1])
local reason, block_id = '', ''
if ARGV[5] == '0' then
  reason = 'withheld'
else
  for i = 15, #ARGV do
    local found = redis.call('HGET', KEYS[1], ARGV[i])
    if found then
      local weight, ends, id = string.match(found, '^(%d):(%d+):(%d+)$')
      if tonumber(ends) > now and tonumber(weight) >= tonumber(ARGV[3]) then
        reason, block_id = 'block', id
      end
    end
  end
  if reason == '' and redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 0 then
    if redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[14]) then
      reason = 'recent'
    elseif redis.call('SADD', KEYS[2], ARGV[2]) == 1 and redis.call('TTL', KEYS[2]) < 0 then
      redis.call('EXPIRE', KEYS[2], ARGV[4])
    end
  end
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'texted', 'sid', ARGV[2],
           'n', '0', 'at', ARGV[1], 'channel', 'text', 'entrance', ARGV[7], 'ledger', ARGV[8],
           'caller', ARGV[9], 'last4', ARGV[10], 'attestation', ARGV[11], 'standing', ARGV[12],
           'verdict', reason == '' and ARGV[13] or 'turn-away', 'reason', reason,
           'block', block_id, 'answered', reason == '' and '1' or '0')
return reason
