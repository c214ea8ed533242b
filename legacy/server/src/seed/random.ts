/** Numbers that look random and are the same for the same key, on every machine. */
export interface Random {
  /** From 0 to 1, without 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(length: number): Buffer
}

/**
 * Each row draws from a generator of its own key, so that a row can be made, or made again, without
 * those before it.
 */
export function createRandom(...key: readonly (string | number)[]): Random {
  const next = sfc32(key.join('/'))
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)]!,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(0, 255))),
  }
}

/** Chris Doty-Humphrey's "small fast counting" generator, from PractRand. */
function sfc32(key: string): () => number {
  let [a, b, c, counter] = [hash(key, 1), hash(key, 2), hash(key, 3), 1]
  const step = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) step()
  return step
}

/** FNV-1a. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ salt
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value | 0
}
