-- The caller goes on by keypad, and keeps the place for coming back.  ARGV: sid.
local key = waiter_key(ARGV[1])
if get(key, 'state') ~= 'waiting' or get(key, 'callback') == '1' then
  return get(key, 'state')
end
redis.call('ZREM', WAITING, ARGV[1])
redis.call('HSET', key, 'state', 'keying')
redis.call('EXPIRE', key, HOUR)
return 'keying'
