-- A turn at what all processes together do only so often, by Redis's own clock.
-- ARGV: name, milliseconds between two turns, longest wait (ms).
-- Returns the milliseconds until the turn; -1, and no turn, where it is longer than that.
local key, time = 'hotline:pace:' .. ARGV[1], redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local wait = math.max(0, tonumber(redis.call('GET', key) or 0) - now)
if wait > tonumber(ARGV[3]) then return -1 end
local until_next = wait + tonumber(ARGV[2])
redis.call('SET', key, string.format('%.0f', now + until_next), 'PX', string.format('%.0f', until_next))
return string.format('%.0f', wait)
