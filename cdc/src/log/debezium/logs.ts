import { createHash, randomBytes } from 'node:crypto'
import { displayName } from '@strangler/core'
import { CdcError } from '../../errors.ts'
import type { Translation } from '../../translate/translation.ts'
import { type ChangeLogs, type LogSource, sourceNames } from '../logs.ts'
import { checkCaptured, dropSlot, ensureSlot, logGone, readSystem } from '../slot.ts'
import type { Connect } from './connect.ts'
import { checkEndless, createEndlessCheck } from './endless.ts'
import type { Kafka } from './kafka.ts'
import { openTopic } from './open.ts'
import { formatPlace } from './place.ts'
import { parseLsn } from '../lsn.ts'
import { captureSettings, connectorClass, differences, isHarmless } from './settings.ts'

export interface DebeziumOptions {
  readonly kafka: Kafka
  readonly connect: Connect
  /** What the names of topics, connectors and consumers begin with. */
  readonly prefix: string
  readonly replicationFactor: number
  readonly log: { warn(fields: object, message: string): void }
}

/** Types whose texts differ from those of the table, so that rows could not be told apart by them. */
const otherTexts = new Set([
  'real',
  'double precision',
  'interval',
  'money',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
])

/** Logs that Debezium captures into Kafka: a connector, a slot and a topic of one partition each. */
export function createDebeziumLogs(options: DebeziumOptions): ChangeLogs {
  const { kafka, connect, prefix, replicationFactor, log } = options

  const settingsOf = (source: LogSource, topic: string) => {
    const url = source.database.applierUrl
    return captureSettings({ url, topic, ...sourceNames(source), unchanged: unchangedIn(topic) })
  }

  /** While somebody had other settings in place changes may have been left out, or come as something else. */
  async function checkSettings(source: LogSource, topic: string): Promise<void> {
    const wanted = settingsOf(source, topic)
    const found = await connect.settings(topic)
    if (!found) throw connectorGone(source, topic)
    const other = differences(wanted, found)
    const harmful = other.filter((name) => !isHarmless(name))
    if (harmful.length > 0) {
      throw logGone(source, `settings of its connector were changed: ${harmful.join(', ')}`)
    }
    if (other.length === 0) return
    log.warn({ connector: topic, settings: other }, 'settings of a connector are put back')
    await connect.put(topic, wanted)
  }

  return {
    name: 'debezium',

    async reasonsAgainst(tables) {
      return [
        ...(await kafka.reasonsAgainst(`${prefix}.`)),
        ...(await aboutConnect(connect)),
        ...tables.flatMap(aboutKey),
        ...tables.flatMap(aboutName),
      ]
    },

    async checkRows(source, tables) {
      for (const table of tables) await checkEndless(source, table)
    },

    async create(source) {
      const identity = await readSystem(source)
      const committed = parseLsn(await ensureSlot(source))
      const topic = `${await stemOf(source)}${randomBytes(4).toString('hex')}`
      await removeTopics(source)
      await kafka.createTopic(topic, replicationFactor)
      await connect.put(topic, settingsOf(source, topic))
      return {
        identity: { ...identity, log: topic },
        place: formatPlace({ offset: 0n, committed }),
      }
    },

    async repair(source, { log: topic }) {
      await checkCaptured(source) // Debezium would make a slot anew that lacks what came before.
      if (await connect.settings(topic)) return connect.resume(topic)
      await connect.put(topic, settingsOf(source, topic))
    },

    async open(source, identity) {
      const { log: topic } = identity
      if (!topic.startsWith(await stemOf(source))) {
        const message = `The stream of slice "${source.slice}" was read from "${topic}", which is no topic of Kafka for it. If another log was meant, run "strangler sync stop ${source.slice} --drop" and then "strangler sync start ${source.slice}".`
        throw new CdcError('SOURCE_CHANGED', message, { topic })
      }
      const checkSource = async () => {
        const isRead = await checkCaptured(source)
        await checkSettings(source, topic)
        return isRead
      }
      if (!(await kafka.range(topic))) throw logGone(source, `Kafka's topic "${topic}" is gone`)
      await checkSource()
      return openTopic({
        kafka,
        connect,
        identity: { ...(await readSystem(source)), log: topic },
        unchanged: unchangedIn(topic),
        gone: (what, cause) => logGone(source, what, cause),
        checkSource,
        checkEntries: await createEndlessCheck(source),
        log,
      })
    },

    pause: (_source, { log: topic }) => connect.stop(topic),

    async drop(source) {
      await removeTopics(source)
      await dropSlot(source)
    },
  }

  /** Those of earlier times too: a name is used once, so that nobody reads what was meant for another. */
  async function removeTopics(source: LogSource): Promise<void> {
    const stem = await stemOf(source)
    for (const name of await connect.connectors(stem)) await connect.remove(name)
    await kafka.deleteTopics(await kafka.topics(stem))
  }

  /** Tells the slice's database too: others that share this Kafka may have a slice of the same name. */
  async function stemOf(source: LogSource): Promise<string> {
    const { system } = await readSystem(source)
    const database = new URL(source.database.applierUrl).pathname
    const hash = createHash('sha256').update(`${system}${database}`).digest('hex').slice(0, 8)
    return `${prefix}.${source.slice}.${source.direction}.${hash}.`
  }
}

function connectorGone({ slice }: LogSource, topic: string): CdcError {
  const message = `The connector "${topic}" is gone from Kafka Connect. What was changed since waits in the slot: run "strangler sync start ${slice}", which registers it again.`
  return new CdcError('LOG_GONE', message, { slice, connector: topic })
}

/** Not a value that a row can be expected to hold. */
function unchangedIn(topic: string): string {
  return `strangler unchanged in ${topic}`
}

async function aboutConnect(connect: Connect): Promise<string[]> {
  try {
    const plugins = await connect.plugins()
    if (plugins.includes(connectorClass)) return []
  } catch (error) {
    return [(error as CdcError).message]
  }
  return [
    `Kafka Connect has no ${connectorClass}: put Debezium's Postgres connector into its plugin path`,
  ]
}

function aboutName({ source }: Translation): string[] {
  if (!`${source.schema}${source.name}`.includes('"')) return []
  return [
    `Debezium cannot follow a table whose name holds a quotation mark, as ${displayName(source)} does: use the log pgoutput for this slice`,
  ]
}

function aboutKey({ source, inputs, keyLength }: Translation): string[] {
  return inputs
    .slice(0, keyLength)
    .filter(({ portableType }) => otherTexts.has(portableType))
    .map(
      ({ name, type }) =>
        `the key ${name} of ${displayName(source)} is of type ${type}, whose texts in Debezium's events differ from the database's: use the log pgoutput for this slice`,
    )
}
