-- KEYS: the call, the epoch, the switches, who is on shift.  ARGV: the step's number.
-- Returns the epoch, {number, state, ledger, ended, began, answered}, the answer already given to
-- this step, the draft that the call wants to see next, the switches that end calls, and how many are on
-- shift at the desk.
local fields = redis.call('HMGET', KEYS[1], 'number', 'state', 'ledger', 'ended', 'began',
                          'answered', 'a' .. ARGV[1], 'draft')
local draft = false
if fields[8] and fields[8] ~= '' then
  draft = redis.pcall('GET', fields[8])
  if type(draft) == 'table' then
    draft = false -- it is of another kind
  end
end
local switches = redis.call('HMGET', KEYS[3], 'close-intake', 'roster-only')
return {redis.call('GET', KEYS[2]), {fields[1], fields[2], fields[3], fields[4], fields[5],
        fields[6]}, fields[7], draft, switches[1], switches[2], redis.call('SCARD', KEYS[4])}
