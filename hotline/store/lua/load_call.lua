-- KEYS: the call, the epoch.  ARGV: the step's number.
-- Returns the epoch, {number, state, ledger, ended}, the answer already given to this step, and the
-- draft that the call wants to see next.
local fields = redis.call('HMGET', KEYS[1], 'number', 'state', 'ledger', 'ended',
                          'a' .. ARGV[1], 'draft')
local draft = false
if fields[6] and fields[6] ~= '' then
  draft = redis.call('GET', fields[6])
end
return {redis.call('GET', KEYS[2]), {fields[1], fields[2], fields[3], fields[4]}, fields[5], draft}
