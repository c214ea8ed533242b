import { fileURLToPath } from 'node:url'

type Environment = Readonly<Record<string, string | undefined>>

/** Everything that is wrong with the environment, a line each. */
export class ConfigError extends Error {}

class Reader {
  readonly #env: Environment
  readonly #problems: string[] = []

  constructor(env: Environment) {
    this.#env = env
  }

  text(name: string, accepts: (value: string) => boolean, example: string, fallback?: string) {
    const value = this.#env[name] || fallback
    if (value !== undefined && accepts(value)) return value
    const held = value === undefined ? 'is not set' : `is ${JSON.stringify(value)}`
    this.#problems.push(`${name} ${held}; it should be like ${example}`)
    return ''
  }

  secret(name: string, shortest: number, example: string) {
    const value = this.#env[name]
    if (value !== undefined && value.length >= shortest) return value
    const held = value ? `has ${value.length} characters` : 'is not set'
    this.#problems.push(`${name} ${held}; it needs at least ${shortest}, like ${example}`)
    return ''
  }

  /** One that may hold a password, and may be missing. */
  secretUrl(name: string, accepts: (value: string) => boolean, example: string) {
    const value = this.#env[name]
    if (!value) return undefined
    if (!accepts(value))
      this.#problems.push(`${name} is not an address; it should be like ${example}`)
    return value
  }

  number(name: string, min: number, max: number, fallback: number) {
    const fits = (value: string) =>
      /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max
    return Number(this.text(name, fits, `${fallback} (${min} to ${max})`, String(fallback)))
  }

  check() {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems.join('\n'))
  }
}

const isPostgresUrl = (value: string) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value)
const isSmtpUrl = (value: string) => /^smtps?:\/\/[^/]/.test(value) && URL.canParse(value)
const anything = (value: string) => value.length > 0

/** @throws ConfigError */
export function databaseConfig(env: Environment) {
  const read = new Reader(env)
  const config = readDatabase(read)
  read.check()
  return config
}

function readDatabase(read: Reader) {
  const example = 'postgres://petsphere:password@127.0.0.1:5432/petsphere'
  return {
    databaseUrl: read.text('DATABASE_URL', isPostgresUrl, example),
    bcryptCost: read.number('BCRYPT_COST', 4, 15, 10),
  }
}

/** @throws ConfigError */
export function serverConfig(env: Environment) {
  const read = new Reader(env)
  const isNightlyAt = (value: string) => value === 'off' || /^([01]\d|2[0-3]):[0-5]\d$/.test(value)
  const nightlyAt = read.text('NIGHTLY_AT', isNightlyAt, '02:30 (UTC), or off', '02:30')
  const config = {
    ...readDatabase(read),
    host: read.text('HOST', anything, '127.0.0.1', '127.0.0.1'),
    port: read.number('PORT', 0, 65_535, 3000),
    jwtSecret: read.secret('JWT_SECRET', 16, 'the output of `openssl rand -base64 32`'),
    clientDir: read.text('CLIENT_DIR', anything, '/srv/petsphere/client', defaultClientDir),
    poolSize: read.number('POOL_SIZE', 1, 500, 10),
    statementTimeoutMs: read.number('STATEMENT_TIMEOUT_MS', 100, 600_000, 10_000),
    nightlyAt: nightlyAt === 'off' ? undefined : nightlyAt,
    smtpUrl: read.secretUrl('SMTP_URL', isSmtpUrl, 'smtp://user:password@mail.example.test:587'),
    mailFrom: read.text(
      'MAIL_FROM',
      anything,
      'desk@example.test',
      'PetSphere <desk@petsphere.test>',
    ),
  }
  read.check()
  return config
}

const defaultClientDir = fileURLToPath(new URL('../../client/dist', import.meta.url))
