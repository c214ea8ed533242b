import type { Contender } from '../contender.ts'
import { measurePipeline } from '../measure.ts'
import { until } from '../until.ts'

/** Postgres into Postgres with nothing between them: the limit of what the others can reach. */
export const native: Contender = {
  name: 'native',
  async run(round) {
    const { source, target, servers } = round
    const name = `bench_${source.name}`
    await using opened = new AsyncDisposableStack()
    return await measurePipeline(round, async () => {
      await source.superuser.query(`create publication ${name} for table rows`)
      const connection = servers.source.url(source.name)
      await target.superuser.query(
        `create subscription ${name} connection '${connection}' publication ${name} with (origin = none)`,
      )
      opened.defer(async () => void (await target.superuser.query(`drop subscription ${name}`)))
      await until('the first copy is done', async () => {
        const { rows } = await target.superuser.query<{ ready: boolean }>(
          "select coalesce(bool_and(srsubstate = 'r'), false) as ready from pg_subscription_rel",
        )
        return rows[0]!.ready
      })
      const pids = async (server: typeof source.superuser, type: string) => {
        const { rows } = await server.query<{ pid: number }>(
          'select pid from pg_stat_activity where backend_type = $1',
          [type],
        )
        return rows.map(({ pid }) => pid)
      }
      return {
        pids: async () => [
          ...(await pids(source.superuser, 'walsender')),
          ...(await pids(target.superuser, 'logical replication apply worker')),
        ],
      }
    })
  },
}
