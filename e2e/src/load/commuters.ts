import { type Client, createClient } from '../client.ts'
import { register } from './load.ts'

export interface CommuterOptions {
  /** Of two proxies. */
  readonly urls: readonly [string, string]
  readonly jwtSecret: string
  readonly people: number
}

export interface Commuters {
  /** How often somebody has written and then read what they wrote. */
  readonly rounds: number
  /** What was not answered with a success, and what was read that is older than what its reader wrote. */
  readonly problems: readonly string[]
  stop(): Promise<void>
}

/** People of whom each writes by one proxy, and at once reads by the other what they wrote, again and again. */
export async function startCommuters(options: CommuterOptions): Promise<Commuters> {
  const { urls, jwtSecret, people } = options
  const problems: string[] = []
  let rounds = 0
  let stopping = false

  async function commute(token: string, name: string): Promise<void> {
    const clients = urls.map((url) => createClient(url, token)) as [Client, Client]
    const fullName = `commuter ${name}`
    const { id } = await clients[0].must<{ id: string }>('POST /api/owners', { json: { fullName } })
    for (let count = 1; !stopping; count++) {
      const [one, other] = count % 2 === 0 ? clients : [clients[1], clients[0]]
      const notes = `${fullName} note ${count}`
      try {
        await one.must(`PATCH /api/owners/${id}`, { json: { notes } })
        const read = await other.must<{ notes: string }>(`GET /api/owners/${id}`)
        if (read.notes !== notes) problems.push(`read "${read.notes}" after writing "${notes}"`)
        rounds += 1
      } catch (error) {
        problems.push(`${notes}: ${(error as Error).message}`)
      }
    }
  }

  const running: Promise<void>[] = []
  for (let number = 0; number < people; number++) {
    const name = `c${number}`
    const token = await register({ url: urls[0], jwtSecret }, `${name}@load.test`)
    running.push(commute(token, name))
  }
  const all = Promise.all(running)
  all.catch(() => {}) // Whoever stops them hears of it.
  return {
    get rounds() {
      return rounds
    },
    problems,
    async stop() {
      stopping = true
      await all
    },
  }
}
