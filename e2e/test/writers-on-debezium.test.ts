import { expect, test } from 'vitest'
import {
  compareTables,
  countAnswers,
  createClient,
  register,
  startCommuters,
  type System,
  untilNone,
} from '../src/index.ts'
import { writers } from './on-each-log/writers.ts'

// Kafka and Connect want the same processors, so that there is less of everything; SWITCHES=20 for as many as there.
const switches = process.env['SWITCHES']
const system = writers('debezium', {
  switches: Number(switches ?? 6),
  between: switches === undefined ? 200 : 500,
  perSecond: switches === undefined ? 50 : 100,
})

const patience = { timeout: 60_000 }

test('while Redis is killed with a thousand rows under way, two proxies answer everybody, and nobody reads less than they wrote', async () => {
  const { supervisor, kept, url } = system().parts
  const other = await system().startProxy('other proxy')
  await system().strangler('shift', 'patients', '--reads', '100')
  const commuters = await startCommuters({
    urls: [url, other.url],
    jwtSecret: kept.jwtSecret,
    people: 4,
  })
  const rounds = async (more: number) => {
    const enough = commuters.rounds + more
    await expect.poll(() => commuters.rounds, patience).toBeGreaterThan(enough)
  }
  try {
    await rounds(20)
    const connect = supervisor.running('connect')!.process
    connect.kill('SIGSTOP')
    try {
      await system().legacy.query(
        "insert into owners (clinic_id, full_name) select 1, 'under way ' || n from generate_series(1, 1500) n",
      )
      const redis = supervisor.running('redis')!.process
      redis.kill('SIGKILL')
      await expect.poll(() => supervisor.running('redis')?.process !== redis, patience).toBe(true)
      expect(await underWay(system())).toBeGreaterThanOrEqual(1000)
      await rounds(100)
      expect(await underWay(system())).toBeGreaterThanOrEqual(1000)
    } finally {
      connect.kill('SIGCONT')
    }
    // Who reads only is answered by the service again, by either proxy.
    const token = await register({ url, jwtSecret: kept.jwtSecret }, 'reader@load.test')
    for (const proxy of [system().parts, other]) {
      const reader = createClient(proxy.url, token)
      const answered = await countAnswers(proxy.adminUrl, 'patients')
      const byService = async () => {
        await reader.must('GET /api/species')
        return (await answered()).reads.extracted
      }
      await expect.poll(byService, patience).toBeGreaterThan(0)
    }
  } finally {
    await commuters.stop()
  }
  expect(commuters.problems).toEqual([])
  expect(await untilNone(() => compareTables(system()))).toEqual([])
}, 300_000)

/** Rows that the monolith's database has and the service's does not. */
async function underWay({ legacy, patient }: System): Promise<number> {
  const count = async (pool: System['legacy'], table: string) =>
    Number((await pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n)
  const there = await count(patient, 'guardians')
  return (await count(legacy, 'owners')) - there
}
