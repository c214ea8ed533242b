import { misreadings, withoutEachGuard } from './mutants.ts'
import { catchMutant, exploreInThread, inParallel, largeWorlds, smallWorlds } from './run.ts'
import { invariants } from './promises.ts'

const worlds = Object.entries({ ...largeWorlds, ...smallWorlds })
const english = new Intl.NumberFormat('en')
const number = (count: number) => english.format(count)
let failed = 0

console.log('Every state that the switch protocol can reach, as shipped:\n')
const explored = new Map(
  await inParallel(worlds, async ([name, bounds]) => {
    const result = await exploreInThread({ bounds })
    const { finding, states, steps } = result
    console.log(
      `  ${finding ? 'BROKEN' : 'holds '}  ${name}: ${number(states)} states, ${number(steps)} steps`,
    )
    if (finding) {
      failed += 1
      console.log(`          ${finding.broken}, after:`)
      for (const step of finding.trace) console.log(`            ${step}`)
    }
    return [name, result] as const
  }),
)
const results = [...explored.values()]
const goals = new Set(results.flatMap(({ goals }) => Object.keys(goals)))
for (const goal of goals) {
  if (results.some(({ goals }) => goals[goal]! > 0)) continue
  failed += 1
  console.log(`  BROKEN  never reached: ${goal}`)
}

const mutants = [...withoutEachGuard(), ...misreadings()]
console.log(`\n${mutants.length} mutants of it, and what gives each away:\n`)
const caught = await inParallel(mutants, async (mutant) => {
  const why = await catchMutant(mutant, explored)
  console.log(
    `  ${why === undefined ? 'NOT CAUGHT' : 'caught'}  ${mutant.name}\n            ${why ?? ''}`,
  )
  return why !== undefined
})
const escaped = caught.filter((wasCaught) => !wasCaught).length
const states = results.reduce((sum, result) => sum + result.states, 0)

console.log(`
${number(states)} states visited in ${worlds.length} worlds
${invariants.length} invariants checked in each:
${invariants.map((invariant) => `  - ${invariant}`).join('\n')}
${mutants.length - escaped} of ${mutants.length} mutants caught`)
process.exitCode = failed + escaped > 0 ? 1 : 0
