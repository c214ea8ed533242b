import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '@strangler/core'
import { type DestinationStream, pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { type RunningProxy, startProxy } from '../../src/proxy.ts'
import { testPlan } from './plan.ts'
import { startUpstream, type TestUpstream } from './upstream.ts'

export const adminToken = 'a token of sixteen or more'

const nowhere = 'postgres://nobody:nothing@127.0.0.1:1/nothing'

export interface FrontOptions {
  readonly plan?: Plan
  /** Over the settings that a proxy under test has. */
  readonly settings?: Readonly<Record<string, string>>
  readonly log?: DestinationStream
}

/** A proxy without any database: for what it does with requests that no slice claims. */
export interface Front extends AsyncDisposable {
  readonly proxy: RunningProxy
  readonly url: string
  readonly legacy: TestUpstream
}

export async function startFront(options: FrontOptions = {}): Promise<Front> {
  await using opened = new AsyncDisposableStack()
  const legacy = opened.use(await startUpstream('legacy'))
  const addresses = {
    LEGACY_URL: legacy.url,
    LEGACY_READER_URL: nowhere,
    PATIENT_URL: 'http://127.0.0.1:1',
    PATIENT_READER_URL: nowhere,
    CONTROL_URL: nowhere,
  }
  const proxy = opened.use(await startTestProxy(addresses, options))
  const closing = opened.move()
  return { proxy, url: proxy.url, legacy, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** A proxy on free ports, with settings that no other test shares. */
export async function startTestProxy(
  addresses: Readonly<Record<string, string>>,
  { plan = testPlan(), settings = {}, log }: FrontOptions = {},
): Promise<RunningProxy> {
  const backups = mkdtempSync(join(tmpdir(), 'strangler-flags-'))
  const environment = {
    PORT: '0',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: adminToken,
    FLAG_BACKUP_DIR: backups,
    ...addresses,
    ...settings,
  }
  const logger = log ? pino({ level: 'trace' }, log) : pino({ level: 'silent' })
  const proxy = await startProxy(plan, readConfig(environment), environment, logger)
  return {
    ...proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      rmSync(backups, { recursive: true, force: true })
    },
  }
}
