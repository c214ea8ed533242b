import { CdcError } from '../../errors.ts'

export type ConnectorSettings = Readonly<Record<string, string>>

export interface ConnectorStatus {
  /** Of the connector and of its one task: RUNNING, PAUSED, UNASSIGNED, FAILED... */
  readonly state: string
  /** Why it failed: the innermost reason that Connect gives. */
  readonly failure?: string
}

/** Kafka Connect, by its REST interface. */
export interface Connect {
  /** The classes of the connectors that it can run. */
  plugins(): Promise<string[]>
  connectors(prefix: string): Promise<string[]>
  settings(name: string): Promise<ConnectorSettings | undefined>
  /** Registers a connector, or gives one that is there other settings. */
  put(name: string, settings: ConnectorSettings): Promise<void>
  /** Undefined: nothing is known of it, or not yet. */
  status(name: string): Promise<ConnectorStatus | undefined>
  restart(name: string): Promise<void>
  /** Ends its task: it lets go of its slot, and keeps where it was. */
  stop(name: string): Promise<void>
  resume(name: string): Promise<void>
  remove(name: string): Promise<void>
}

const timeoutMs = 10_000
/** While connectors are moved between its workers it asks to be asked again, in more than one way. */
const isRebalancing = (status: number, text: string) => status === 409 || /rebalance/.test(text)

interface StatusAnswer {
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
}

/** @param url may hold a user and a password, for clusters that want them. */
export function createConnect(url: string): Connect {
  const { username, password, ...rest } = splitUrl(url)
  const authorization =
    username === ''
      ? undefined
      : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

  async function ask(method: string, path: string, body?: object): Promise<Response | undefined> {
    for (let attempt = 0; ; attempt++) {
      let response: Response
      try {
        response = await fetch(`${rest.base}${path}`, {
          method,
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            accept: 'application/json',
            ...(body && { 'content-type': 'application/json' }),
            ...(authorization !== undefined && { authorization }),
          },
          ...(body && { body: JSON.stringify(body) }),
        })
      } catch (cause) {
        const why = (cause as { cause?: Error }).cause?.message ?? (cause as Error).message
        const message = `Kafka Connect at ${rest.base} does not answer: ${why}. It is asked again.`
        throw new CdcError('CONNECTION_LOST', message, { url: rest.base }, { cause })
      }
      if (response.ok) return response
      const text = await response.text()
      if (response.status === 404) {
        if (isOfConnect(text)) return undefined
        const message = `Kafka Connect at ${rest.base} has not started yet, or something else answers there: it knows no ${path}. It is asked again.`
        throw new CdcError('CONNECTION_LOST', message, { url: rest.base, path })
      }
      const comesBack = isRebalancing(response.status, text)
      if (comesBack && attempt < 40) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        continue
      }
      if (response.status === 401 || response.status === 403) {
        const message = `Kafka Connect at ${rest.base} does not let ${username === '' ? 'the worker' : `the user "${username}"`} in (${response.status}). Its address in the plan, streams.kafka.connect, has to hold a user and a password that it knows: https://user:password@host:8083.`
        throw new CdcError('CONNECTOR_REFUSED', message, { url: rest.base })
      }
      const isPassing = response.status >= 500 || comesBack
      const message = `Kafka Connect refused ${method} ${path} (${response.status}): ${reasonIn(text)}`
      throw new CdcError(isPassing ? 'CONNECTION_LOST' : 'CONNECTOR_REFUSED', message, { path })
    }
  }

  async function read<Answer>(path: string): Promise<Answer | undefined> {
    return (await (await ask('GET', path))?.json()) as Answer | undefined
  }

  const at = (name: string) => `/connectors/${encodeURIComponent(name)}`

  return {
    plugins: async () =>
      ((await read<{ class: string }[]>('/connector-plugins')) ?? []).map((plugin) => plugin.class),
    connectors: async (prefix) =>
      ((await read<string[]>('/connectors')) ?? []).filter((name) => name.startsWith(prefix)),
    settings: (name) => read<ConnectorSettings>(`${at(name)}/config`),
    put: async (name, settings) => void (await ask('PUT', `${at(name)}/config`, settings)),
    async status(name) {
      const answer = await read<StatusAnswer>(`${at(name)}/status`)
      if (!answer) return undefined
      const parts = [answer.connector, ...answer.tasks]
      const failed = parts.find(({ state }) => state === 'FAILED')
      if (failed) return { state: 'FAILED', failure: innermost(failed.trace ?? '') }
      const state = answer.tasks[0]?.state ?? 'UNASSIGNED'
      return { state: answer.connector.state === 'RUNNING' ? state : answer.connector.state }
    },
    restart: async (name) =>
      void (await ask('POST', `${at(name)}/restart?includeTasks=true&onlyFailed=true`)),
    stop: async (name) => void (await ask('PUT', `${at(name)}/stop`)),
    resume: async (name) => void (await ask('PUT', `${at(name)}/resume`)),
    remove: async (name) => void (await ask('DELETE', at(name))),
  }
}

function splitUrl(text: string) {
  const { protocol, host, pathname, username, password } = new URL(text)
  return {
    base: `${protocol}//${host}${pathname.replace(/\/$/, '')}`,
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

/** The last `Caused by` of a Java stack trace, or its first line. */
function innermost(trace: string): string {
  const lines = trace.split('\n').filter((line) => !line.startsWith('\t'))
  const last = lines.findLast((line) => line.startsWith('Caused by: ')) ?? lines[0] ?? 'unknown'
  return last.replace(/^Caused by: /, '').replace(/^[\w.$]+\.(?=[A-Z]\w*(?:Exception|Error))/, '')
}

function reasonIn(text: string): string {
  return errorIn(text)?.message ?? text.slice(0, 300)
}

/**
 * Whether Connect itself says that something is not there. While it starts its web server is up before it, and
 * knows no path at all.
 */
function isOfConnect(text: string): boolean {
  return errorIn(text)?.error_code === 404
}

function errorIn(text: string): { error_code?: number; message?: string } | undefined {
  try {
    return JSON.parse(text) as { error_code?: number; message?: string }
  } catch {
    return undefined
  }
}
