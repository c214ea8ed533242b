import { expect, test } from 'vitest'
import { type Metrics, resultOf, textOf } from '../clinic/result.ts'
import { kindOf } from '../clinic/kinds.ts'
import { driftOf } from '../src/drift.ts'
import { nameOf } from '../src/processes.ts'

const times = (count: number, med: number) => ({
  values: { count, med, 'p(95)': med * 2, 'p(99)': med * 3, max: med * 4 },
})

const metrics: Metrics = {
  iterations: { values: { count: 40 } },
  dropped_iterations: { values: { count: 2 } },
  http_reqs: { values: { count: 100, rate: 12.34 } },
  http_req_duration: times(100, 20),
  http_req_failed: {
    values: { passes: 1, fails: 99 },
    thresholds: { 'rate==0': { ok: false } },
  },
  'http_req_duration{role:owner,kind:patients}': {
    ...times(60, 10),
    thresholds: { 'max>=0': { ok: true } },
  },
  'http_req_failed{role:owner,kind:patients}': { values: { passes: 1, fails: 59 } },
  'http_req_duration{role:owner,kind:booking}': times(40, 30),
  'http_req_duration{phase:beginning}': times(40, 10),
  'http_req_duration{phase:end}': times(60, 100),
  'http_req_duration{phase:beginning,kind:patients}': times(40, 10),
  'http_req_duration{phase:end,kind:patients}': times(60, 100),
}

const phases = ['beginning', 'end'].map((name) => ({ name, seconds: 10, times: 1 }))
const result = resultOf(metrics, phases, ['owner', 'admin'])

test('a person reads by role and kind how many requests there were, how many failed, and how long they took', () => {
  expect(textOf(result)).toBe(`
role   kind      requests  failed    p50    p95    p99  longest
owner  booking         40       0  30 ms  60 ms  90 ms   120 ms
       patients        60       1  10 ms  20 ms  30 ms    40 ms
all                   100       1  20 ms  40 ms  60 ms    80 ms

part       requests  failed     p50     p95     p99  longest
beginning        40       0   10 ms   20 ms   30 ms    40 ms
end              60       0  100 ms  200 ms  300 ms   400 ms

40 things done, 100 requests, 12.3 requests/s, 1 failed; 2 things that nobody was free to do

Crossed:
  http_req_failed: rate==0
`)
})

const window = { beginning: [0, 10], end: [10, 20] } as const
const seen = (first: number, last: number) =>
  [first, last].flatMap((mb, part) =>
    [1, 5, 9].map((at) => ({ at: part * 10 + at, mb: new Map([['proxy', mb]]) })),
  )

test('a soak whose end is slower than its beginning, or larger, has not passed', () => {
  const { text, worse } = driftOf(result, seen(100, 400), window)
  expect(text).toMatch(/^patients +10 ms +100 ms +20 ms +200 ms$/m)
  expect(text).toMatch(/^proxy +100 MB +400 MB$/m)
  expect(worse).toEqual([
    'Requests became slower: p95 was 20 ms, and 200 ms at the end.',
    'proxy grew from 100 MB to 400 MB; what keeps growing ends.',
  ])
})

test('a soak that ends as it began has passed', () => {
  const even = { ...result, byPhase: result.byPhase.map((line) => ({ ...line, p95: 20 })) }
  expect(driftOf(even, seen(100, 160), window).worse).toEqual([])
})

test('memory that nobody could look at is told as such', () => {
  expect(driftOf(result, [], window).text).toContain('Memory was not measured')
})

test.each([
  [['/n/node', '/a/proxy/src/main.ts', '--plan', '/a/x.ts'], 'proxy'],
  [['/n/node', '/a/local/src/unleash/main.ts'], 'local/unleash'],
  [['/n/node', '/a/legacy/server/src/main.ts'], 'legacy/server'],
  [['/bin/postgres', '-D', '/data/legacy-database', '-c', 'port=1'], 'legacy-database'],
  [['/n/node', '/a/local/src/system/reaper-main.ts'], undefined],
])('%j is called %s', (command, name) => {
  expect(nameOf(command, '/a/')).toBe(name)
})

test.each([
  ['GET', '/api/pets/:id', 'patients'],
  ['POST', '/api/pets/search', 'patients'],
  ['POST', '/api/pets', 'changing patients'],
  ['POST', '/api/appointments/:id/complete', 'writing records'],
  ['POST', '/api/appointments', 'booking'],
])('%s %s is of the kind "%s"', (method, route, kind) => {
  expect(kindOf(method, route)).toBe(kind)
})
