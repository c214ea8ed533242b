import { describe, expect, test } from 'vitest'
import { chooseSide, type ReadSituation } from '../../src/side/choose-side.ts'

describe.each([
  ['legacy', 'extracted'],
  ['extracted', 'legacy'],
] as const)('when %s owns the slice', (owner, wanted) => {
  const all: ReadSituation = {
    owner,
    byFlag: true,
    wanted,
    lagMs: 100,
    lagLimitMs: 2000,
    isFresh: true,
  }

  test('the other side answers if the flag wants it and nothing is against it', () => {
    expect(chooseSide(all)).toEqual({ side: wanted })
  })

  test('a lag just at its limit is none too many', () => {
    expect(chooseSide({ ...all, lagMs: 2000 })).toEqual({ side: wanted })
  })

  test.each<[string, Partial<ReadSituation>, object]>([
    ['reads are not shared', { byFlag: false }, {}],
    ['no flag was ever read', { wanted: undefined }, {}],
    ['the flag wants the owner', { wanted: owner }, {}],
    ['the other side is too far behind', { lagMs: 2001 }, { because: 'lag' }],
    ['nobody knows how far behind it is', { lagMs: undefined }, { because: 'lag' }],
    ['it lacks something', { isFresh: false }, { because: 'pinned' }],
  ])('the owner answers if %s', (_, but, because) => {
    expect(chooseSide({ ...all, ...but })).toEqual({ side: owner, ...because })
  })
})
