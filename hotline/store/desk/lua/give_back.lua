-- A caller who was taken goes back to the place he had.
-- ARGV: sid, account that has him (empty: whoever), presence of that account from now on, now,
--       'unbridged' to do it only while he is not yet connected.
-- Returns the state he is in then.
local key = waiter_key(ARGV[1])
local state, by = get(key, 'state'), get(key, 'by')
if state ~= 'taken' or (ARGV[2] ~= '' and by ~= ARGV[2]) then return state end
if ARGV[5] == 'unbridged' and get(key, 'bridged') ~= '' then return state end
enter(ARGV[1])
redis.call('HSET', staff_key(by), 'talk_since', '')
let_go(by, ARGV[1], ARGV[3], ARGV[4])
return 'waiting'
