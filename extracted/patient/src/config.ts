type Environment = Readonly<Record<string, string | undefined>>

/** Everything that is wrong with the environment, a line each. */
export class ConfigError extends Error {}

interface Setting<T> {
  /** The value that a text stands for; undefined if the text will not do. */
  readonly parse: (text: string) => T | undefined
  readonly like: string
  readonly fallback?: string
  /** Not to be repeated in a message. */
  readonly secret?: true
}

type Settings = Readonly<Record<string, Setting<unknown>>>
type Values<S extends Settings> = {
  [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}

function read<S extends Settings>(env: Environment, settings: S): Values<S> {
  const problems: string[] = []
  const values = Object.entries(settings).map(([name, { parse, like, fallback, secret }]) => {
    const text = env[name] || fallback
    const value = text === undefined ? undefined : parse(text)
    if (value === undefined) {
      problems.push(`${name} ${describeHeld(text, secret)}; it should be like ${like}`)
    }
    return [name, value]
  })
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return Object.fromEntries(values)
}

function describeHeld(text: string | undefined, secret: true | undefined): string {
  if (text === undefined) return 'is not set'
  return secret ? `has ${text.length} characters` : `is "${text}"`
}

const wholeNumber = (min: number, max: number, fallback: number): Setting<number> => ({
  parse(text) {
    const value = Number(text)
    return /^\d{1,9}$/.test(text) && value >= min && value <= max ? value : undefined
  },
  like: `${fallback} (${min} to ${max})`,
  fallback: String(fallback),
})

const database = {
  DATABASE_URL: {
    parse: (text: string) =>
      /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined,
    like: 'postgres://patient:password@127.0.0.1:5432/patient',
    // It has a password in it.
    secret: true,
  },
} as const

const service = {
  ...database,
  JWT_SECRET: {
    parse: (text: string) => (text.length >= 16 ? text : undefined),
    like: 'the secret, of at least 16 characters, of whoever issues the tokens',
    secret: true,
  },
  HOST: { parse: (text: string) => text, like: '127.0.0.1', fallback: '127.0.0.1' },
  PORT: wholeNumber(0, 65_535, 3001),
  POOL_SIZE: wholeNumber(1, 500, 10),
  STATEMENT_TIMEOUT_MS: wholeNumber(100, 600_000, 10_000),
  OVERDUE_AT: {
    parse: (text: string) => (/^(off|([01]\d|2[0-3]):[0-5]\d)$/.test(text) ? text : undefined),
    like: '02:30 (UTC), or off',
    fallback: '02:30',
  },
} as const

/** @throws ConfigError */
export function databaseConfig(env: Environment) {
  return { databaseUrl: read(env, database).DATABASE_URL }
}

/** @throws ConfigError */
export function serviceConfig(env: Environment) {
  const values = read(env, service)
  return {
    databaseUrl: values.DATABASE_URL,
    jwtSecret: values.JWT_SECRET,
    host: values.HOST,
    port: values.PORT,
    poolSize: values.POOL_SIZE,
    statementTimeoutMs: values.STATEMENT_TIMEOUT_MS,
    overdueAt: values.OVERDUE_AT === 'off' ? undefined : values.OVERDUE_AT,
  }
}
