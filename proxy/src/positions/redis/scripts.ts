import { createHash } from 'node:crypto'

/**
 * A principal's pins are one hash. Its fields: `w|database|id` a write under way, `a|database|id` an
 * acknowledged one whose mark is not known yet, `r|database|id` a read that an owner answers; `W|database` and
 * `S|database` the marks before which everything lies that was written, and seen.
 *
 * Every script begins its answer with the era: who finds another one than before has lost pins.
 */
export interface Script {
  readonly lua: string
  readonly sha: string
}

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** KEYS: era, pins. ARGV: lifetime, field to set or ''. PEXPIRE fails on a replica also if there is no key. */
export const read = script(`
  local era, pins = redis.call('GET', KEYS[1]), redis.call('HGETALL', KEYS[2])
  if ARGV[2] ~= '' then redis.call('HSET', KEYS[2], ARGV[2], 1) end
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  return {era, pins}`)

/** KEYS: era, pins. ARGV: lifetime, field to take away or '', field to set. */
export const replace = script(`
  if ARGV[2] ~= '' then redis.call('HDEL', KEYS[2], ARGV[2]) end
  redis.call('HSET', KEYS[2], ARGV[3], 1)
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  return {redis.call('GET', KEYS[1])}`)

/** KEYS: era, pins. ARGV: lifetime, two fields to take away, field of the mark, mark. Marks only rise. */
export const settle = script(`
  redis.call('HDEL', KEYS[2], ARGV[2], ARGV[3])
  local before = tonumber(redis.call('HGET', KEYS[2], ARGV[4]) or '-1')
  if tonumber(ARGV[5]) > before then
    redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
    redis.call('PEXPIRE', KEYS[2], ARGV[1])
  end
  return {redis.call('GET', KEYS[1])}`)

/** KEYS: era, pins. ARGV: field and mark, in turn. Marks that have risen meanwhile stay. */
export const clear = script(`
  for at = 1, #ARGV, 2 do
    local mark = redis.call('HGET', KEYS[2], ARGV[at])
    if mark and tonumber(mark) <= tonumber(ARGV[at + 1]) then redis.call('HDEL', KEYS[2], ARGV[at]) end
  end
  return {redis.call('GET', KEYS[1])}`)

/** KEYS: era, a key of the proxy's own. Writes, as the others do: reading alone says too little. */
export const beat = script(`
  redis.call('SET', KEYS[2], 1, 'PX', 60000)
  return {redis.call('GET', KEYS[1])}`)
