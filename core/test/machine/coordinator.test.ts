import { describe, expect, test } from 'vitest'
import {
  begin,
  change,
  type ControlRow,
  decide,
  type Effect,
  giveUp,
  isRefusal,
  learn,
  type Memory,
  nothing,
} from '../../src/machine/index.ts'

const idle: ControlRow = { epoch: 4, phase: 'idle', owner: 'legacy', ownerEpoch: 3 }

function show(effect: Effect): string {
  if (effect.kind === 'record') return effect.change.kind
  return 'side' in effect ? `${effect.kind} ${effect.side}` : effect.kind
}

/** Carries out what is decided until nothing is; everything succeeds except what `fails` names. */
function run(row: ControlRow, first: Effect, fails: string[] = [], known: Partial<Memory> = {}) {
  let control = row
  let memory: Memory = { ...nothing, row, ...known }
  const effects: Effect[] = []
  for (let effect = first; effect.kind !== 'rest'; effect = decide(memory)) {
    effects.push(effect)
    if (effect.kind === 'read') memory = learn(memory, effect, { kind: 'done', row: control })
    else if (effect.kind === 'record') {
      const next = change(control, effect.change)
      if (!isRefusal(next)) control = next
      memory = learn(memory, effect, { kind: isRefusal(next) ? 'refused' : 'done', row: control })
    } else {
      const failed = fails.splice(0, fails[0] === show(effect) ? 1 : 0).length > 0
      memory = learn(memory, effect, { kind: failed ? 'unknown' : 'done' })
    }
  }
  return { steps: effects.map(show), effects, control }
}

describe('An attempt', () => {
  test('fences the owner, drains, opens the other side behind the journal, and settles', () => {
    const { steps, control } = run(idle, begin(idle))
    expect(steps).toEqual([
      'begin',
      'hold',
      'advance',
      'fence legacy',
      'advance',
      'barrier legacy',
      'drain extracted',
      'advance',
      'sequences extracted',
      'advance',
      'stage extracted',
      'journal',
      'commit extracted',
      'open extracted',
      'settle',
    ])
    expect(control).toEqual({ epoch: 5, phase: 'idle', owner: 'extracted', ownerEpoch: 5 })
  })

  test('leads back by the same steps, with the sides swapped', () => {
    const there: ControlRow = { ...idle, owner: 'extracted' }
    const swapped = run(idle, begin(idle)).steps.map((step) =>
      step.replace(/legacy|extracted/, (side) => (side === 'legacy' ? 'extracted' : 'legacy')),
    )
    expect(run(there, begin(there)).steps).toEqual(swapped)
  })

  test.for(['hold', 'fence legacy', 'barrier legacy', 'drain extracted', 'sequences extracted'])(
    'is undone when "%s" fails: the owner opens before the other side is told',
    (failing) => {
      const { steps, control } = run(idle, begin(idle), [failing])
      const undo = ['abort', 'open legacy', 'undone', 'fence extracted', 'tidy']
      expect(steps.slice(steps.indexOf(failing) + 1)).toEqual(undo)
      expect(control).toEqual({ epoch: 6, phase: 'idle', owner: 'legacy', ownerEpoch: 6 })
    },
  )

  test('takes every step of an undo again until it is done', () => {
    const fails = ['hold', 'open legacy', 'open legacy', 'fence extracted']
    const { steps, control } = run(idle, begin(idle), fails)
    expect(steps.filter((step) => step === 'open legacy')).toHaveLength(3)
    expect(steps.filter((step) => step === 'fence extracted')).toHaveLength(2)
    expect(control.phase).toBe('idle')
  })

  test('is only finished after the journal, whatever fails', () => {
    const { steps, control } = run(idle, begin(idle), ['commit extracted', 'open extracted'])
    expect(steps.slice(steps.indexOf('journal') + 1)).toEqual([
      'commit extracted',
      'open extracted',
      'read',
      'open extracted',
      'settle',
    ])
    expect(control.owner).toBe('extracted')
  })
})

describe('A coordinator that finds an attempt of another', () => {
  const find = (row: ControlRow) => run(row, { kind: 'read' }, [], { row: undefined })

  test.for(['holding', 'fencing', 'draining', 'sequencing', 'staging'] as const)(
    'undoes it when it is %s',
    (phase) => {
      const { steps, control } = find({ ...idle, epoch: 5, phase })
      expect(steps).toEqual(['read', 'abort', 'open legacy', 'undone', 'fence extracted', 'tidy'])
      expect(control).toEqual({ epoch: 6, phase: 'idle', owner: 'legacy', ownerEpoch: 6 })
    },
  )

  test('finishes it when it is journaled', () => {
    const journaled = { epoch: 5, phase: 'journaled', owner: 'extracted', ownerEpoch: 5 } as const
    const { steps, control } = find(journaled)
    expect(steps).toEqual(['read', 'open extracted', 'settle'])
    expect(control).toEqual({ ...journaled, phase: 'idle' })
  })

  test('goes on with an undo where it stands', () => {
    expect(find({ ...idle, epoch: 6, phase: 'aborting' }).steps).toEqual([
      'read',
      'open legacy',
      'undone',
      'fence extracted',
      'tidy',
    ])
    expect(find({ ...idle, epoch: 6, phase: 'tidying' }).steps).toEqual([
      'read',
      'fence extracted',
      'tidy',
    ])
  })
})

describe('A record', () => {
  test('of which no answer came is settled by the next, which names what was read', () => {
    const row: ControlRow = { ...idle, epoch: 5, phase: 'staging' }
    const memory: Memory = { ...nothing, row, recorded: 5, progress: 1, staged: true }
    const journal = decide(memory)
    const unsure = learn(memory, journal, { kind: 'unknown' })
    expect(show(decide(unsure))).toBe('read')
    const reread = learn(unsure, { kind: 'read' }, { kind: 'done', row })
    const again = decide(giveUp(reread))
    expect(again).toEqual({
      kind: 'record',
      change: { kind: 'abort', at: { epoch: 5, phase: 'staging' }, epoch: 6 },
    })
    const aborted = change(row, (again as Extract<Effect, { kind: 'record' }>).change)
    const late = change(
      aborted as ControlRow,
      (journal as typeof again & { kind: 'record' }).change,
    )
    expect(isRefusal(late)).toBe(true)
  })

  test('is not made on a row of another epoch or phase', () => {
    const { change: wanted } = begin(idle) as Extract<Effect, { kind: 'record' }>
    expect(isRefusal(change({ ...idle, epoch: 5 }, wanted))).toBe(true)
    expect(isRefusal(change({ ...idle, phase: 'tidying' }, wanted))).toBe(true)
    expect(change(idle, wanted)).toEqual({ ...idle, epoch: 5, phase: 'holding' })
  })
})
