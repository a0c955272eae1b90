import { script } from './script.ts';

/**
 * Compare-and-set of one slot.
 *
 * KEYS[1]  hash of the slot: fields `id`, `head`, `e:<entity>`
 * ARGV[1]  what the commit follows: '' = nothing is there yet, '=<id>' = exactly that id
 * ARGV[2]  id of the commit
 * ARGV[3]  its head, opaque bytes
 * ARGV[4]  number of the chunks that set
 * ARGV[5]… chunks that set: MessagePack arrays `field, value, field, value, …`; then chunks that remove: arrays of fields
 *
 * Answers  {applied (1 or 0), TIME in ms}
 *
 * A script is not rolled back when it fails, so everything that can fail comes before the first write: chunks are read first,
 * and the first write is one that Redis refuses when its memory is full (HDEL is not). Whether memory is full and whether
 * writing is allowed is decided once a script, at its first write.
 */
export const COMMIT = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local there = redis.call('HGET', KEYS[1], 'id')
if ARGV[1] == '' then
  if there then return {0, now} end
elseif not there or '=' .. there ~= ARGV[1] then
  return {0, now}
end
local chunks = {}
for i = 5, #ARGV do chunks[i] = cmsgpack.unpack(ARGV[i]) end
redis.call('HSET', KEYS[1], 'id', ARGV[2], 'head', ARGV[3])
local sets = 4 + ARGV[4]
for i = 5, sets do redis.call('HSET', KEYS[1], unpack(chunks[i])) end
for i = sets + 1, #ARGV do redis.call('HDEL', KEYS[1], unpack(chunks[i])) end
return {1, now}
`);

/**
 * KEYS[1]  hash of the slot
 * Answers  {head or nil, TIME in ms}; one command, so that a cluster can redirect it
 */
export const HEAD = script(`
local time = redis.call('TIME')
return {redis.call('HGET', KEYS[1], 'head'), time[1] * 1000 + math.floor(time[2] / 1000)}
`);
