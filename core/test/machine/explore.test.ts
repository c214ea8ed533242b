import { expect, test } from 'vitest'
import { load, misreadings, type Mutant } from '../../explore/mutants.ts'
import { smallWorlds } from '../../explore/run.ts'
import { explore } from '../../explore/search.ts'

// What takes longer is explored by core/explore/main.ts, with every mutant.
const quick = ['a fault at every point', 'a proxy, delays', 'a proxy, a fault', 'two proxies']

async function exploreAs(mutant: Mutant, world: string) {
  const machine = await load(mutant)
  return explore({ machine, misreading: mutant.misreading ?? {} }, smallWorlds[world]!)
}

test.for(quick)(
  'Nothing breaks in any state that can be reached in the world "%s"',
  async (world) => {
    const { finding, goals, states } = await exploreAs({ name: 'as shipped' }, world)
    expect(finding).toBeUndefined()
    expect(goals['cut over']).toBeGreaterThan(0)
    expect(states).toBeGreaterThan(5000)
  },
)

test('Working steps out once for states that look alike finds the same states and steps', async () => {
  const machine = await load({ name: 'as shipped' })
  const world = { machine, misreading: {} }
  for (const name of ['a proxy, delays', 'two proxies']) {
    const bounds = smallWorlds[name]!
    expect(explore(world, bounds)).toEqual(explore(world, bounds, { remember: false }))
  }
})

const revealing = [
  ['an undo skips a side that looks open', 'a fault at every point'],
  ['the journal is a row of its own', 'a fault at every point'],
  ['an undo waits for the other side', 'a fault at every point'],
  ['a lease counts before the state was read', 'a proxy, delays'],
] as const

test.for(revealing)('The reading that %s is found out in the world "%s"', async ([name, world]) => {
  const mutant = misreadings().find((misreading) => misreading.name === name)
  const { finding } = await exploreAs(mutant!, world)
  expect(finding?.trace.length).toBeGreaterThan(0)
})
