-- KEYS: the call.
-- ARGV: number before, number, state, ledger, ended, answer, seconds,
--       key of the draft, draft, whether to drop it, seconds of the draft, when it began (ms),
--       when it was answered (ms), where the language of the caller's telephone is kept, language
--       (empty: none), seconds of it.
-- Returns false when the step was kept, else the answer that another request gave first.
local number = tonumber(redis.call('HGET', KEYS[1], 'number') or '-1')
if number ~= tonumber(ARGV[1]) then
  local given = redis.call('HGET', KEYS[1], 'a' .. ARGV[2])
  if given then
    return given
  end
end
redis.call('HSET', KEYS[1], 'number', ARGV[2], 'state', ARGV[3], 'ledger', ARGV[4],
           'ended', ARGV[5], 'a' .. ARGV[2], ARGV[6], 'draft', ARGV[8], 'began', ARGV[12],
           'answered', ARGV[13])
redis.call('EXPIRE', KEYS[1], ARGV[7])
if ARGV[8] ~= '' then
  if ARGV[10] == '1' then
    redis.call('DEL', ARGV[8])
  elseif ARGV[9] ~= '' then
    redis.call('SET', ARGV[8], ARGV[9], 'EX', ARGV[11])
  end
end
if ARGV[15] ~= '' then
  redis.call('SET', ARGV[14], ARGV[15], 'EX', ARGV[16])
elseif ARGV[14] ~= '' then
  redis.call('DEL', ARGV[14])
end
return false
