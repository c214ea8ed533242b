import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { connectPart } from '../stack/connect.ts'
import { fetchPiece } from '../stack/fetch.ts'
import { javaProgram, missingForStack } from '../stack/java.ts'
import { javaArguments, kafkaPart } from '../stack/kafka.ts'
import { freePort } from '../system/ports.ts'
import { Supervisor } from '../system/supervisor.ts'
import { createAuthority, missingForCertificates } from './certificates.ts'

// Kafka's numbers; kafkajs has names for them that cannot be imported.
const resources = { topic: 2, group: 3 } as const
const operations = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Describe: 8,
  DescribeConfigs: 10,
} as const
const allow = 3
const namesThatBegin = 4

/** Who has a right, to what of which name, and which. */
export interface Right {
  readonly user: string
  readonly on: keyof typeof resources
  /** What the names begin with. */
  readonly prefix: string
  readonly may: keyof typeof operations
}

/** Kafka and Connect that want to know who asks: TLS, passwords or certificates, and nothing allowed by itself. */
export interface SecuredStack extends AsyncDisposable {
  /** For users with passwords: SCRAM-SHA-512 and PLAIN. */
  readonly brokers: string
  /** For users with certificates. */
  readonly mutualBrokers: string
  /** Without a user; `connectUser` is the one it wants. */
  readonly connectUrl: string
  readonly connectUser: { readonly name: string; readonly password: string }
  /** The authority's certificate, and one that certified nobody here. */
  readonly ca: string
  readonly strangeCa: string
  /** The worker's own certificate. */
  readonly worker: { readonly cert: string; readonly key: string }
  /** The worker's first password, as SCRAM and as PLAIN. */
  readonly password: string
  /** Gives the worker another password. */
  changePassword(password: string): Promise<void>
  grant(...rights: readonly Right[]): Promise<void>
  revoke(right: Right): Promise<void>
  /** The topics there are, whoever may see them. */
  topics(): Promise<string[]>
}

const passwords = { worker: 'the-workers-password', connect: 'the-password-of-connect' }
const connectUser = { name: 'somebody', password: 'the:password@rest' }

/** A password that is not right any more is noticed in this time; kafkajs shows its own 10 s before that. */
const sessionMs = 12_000

/** What keeps it from being started here, for a person; undefined when nothing does. */
export function missingForSecuredStack(): string | undefined {
  return missingForStack() ?? missingForCertificates()
}

export async function startSecuredStack(): Promise<SecuredStack> {
  await using opened = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-secured-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const supervisor = opened.use(new Supervisor({ say: () => {} }))
  const say = (line: string) => console.log(`stack: ${line}`)
  const jars = join(await fetchPiece('kafka', say), 'files')
  const plugins = [await fetchPiece('debezium-postgres', say)]

  const certificates = join(dataDir, 'certificates')
  mkdirSync(certificates)
  const authority = await createAuthority(certificates, 'authority')
  const broker = await authority.certify('broker')
  const worker = await authority.certify('worker')
  const { ca: strangeCa } = await createAuthority(certificates, 'stranger')

  const [port, controllerPort, scramPort, mutualPort, connectPort] = await freePorts()
  const scram = `127.0.0.1:${scramPort}`
  const trust = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': authority.ca }
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule'
  const scramLogin = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  const withPassword = (user: keyof typeof passwords) =>
    `--add-scram=SCRAM-SHA-512=[name=${user},password=${passwords[user]}]`
  await supervisor.start(
    kafkaPart({
      jars,
      dataDir,
      port,
      controllerPort,
      format: [withPassword('worker'), withPassword('connect')],
      settings: {
        // The test itself comes in by the first listener, and may everything.
        listeners: `PLAINTEXT://127.0.0.1:${port},PASSWORD://${scram},MUTUAL://127.0.0.1:${mutualPort},CONTROLLER://127.0.0.1:${controllerPort}`,
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PASSWORD:SASL_SSL,MUTUAL:SSL',
        'inter.broker.listener.name': 'PLAINTEXT',
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': broker.both,
        ...trust,
        'listener.name.mutual.ssl.client.auth': 'required',
        'listener.name.mutual.ssl.principal.mapping.rules': 'RULE:^CN=([a-z]+)$/$1/',
        'listener.name.password.sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
        'listener.name.password.scram-sha-512.sasl.jaas.config': `${scramLogin} required;`,
        'listener.name.password.scram-sha-512.connections.max.reauth.ms': sessionMs,
        'listener.name.password.plain.sasl.jaas.config': `${plain} required user_worker="${passwords.worker}";`,
      },
    }),
  )
  const admin = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  opened.defer(() => admin.disconnect())

  const client = {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': `${scramLogin} required username="connect" password="${passwords.connect}";`,
    ...trust,
  }
  const login = join(dataDir, 'connect-login.conf')
  const users = join(dataDir, 'connect-users.properties')
  const module = 'org.apache.kafka.connect.rest.basic.auth.extension'
  writeFileSync(
    login,
    `KafkaConnect { ${module}.PropertyFileLoginModule required file="${users}"; };`,
  )
  writeFileSync(users, `${connectUser.name}=${connectUser.password}\n`, { mode: 0o600 })
  const grant: SecuredStack['grant'] = async (...rights) =>
    void (await admin.createAcls({ acl: rights.map(aclOf) }))
  await grant(...ownRightsOfConnect)
  const secret = `${connectUser.name}:${connectUser.password}`
  await supervisor.start(
    connectPart({
      jars,
      plugins,
      dataDir,
      port: connectPort,
      brokers: scram,
      authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
      java: [`-Djava.security.auth.login.config=${login}`],
      settings: {
        'rest.extension.classes': `${module}.BasicAuthSecurityRestExtension`,
        ...client,
        ...prefixed('producer.', client),
        ...prefixed('consumer.', client),
        ...prefixed('admin.', client),
      },
    }),
  )

  const closing = opened.move()
  return {
    brokers: scram,
    mutualBrokers: `127.0.0.1:${mutualPort}`,
    connectUrl: `http://127.0.0.1:${connectPort}`,
    connectUser,
    ca: authority.ca,
    strangeCa,
    worker,
    password: passwords.worker,
    async changePassword(password) {
      const change = ['--alter', `--add-config=SCRAM-SHA-512=[password=${password}]`]
      const whose = ['--entity-type', 'users', '--entity-name', 'worker']
      const tool = [...javaArguments(jars, 128), 'kafka.admin.ConfigCommand']
      const there = ['--bootstrap-server', `127.0.0.1:${port}`]
      await promisify(execFile)(javaProgram(), [...tool, ...there, ...change, ...whose])
    },
    grant,
    async revoke(right) {
      await admin.deleteAcls({ filters: [aclOf(right)] })
    },
    topics: () => admin.listTopics(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** What a worker of Connect needs whatever its connectors do; Kafka's documents have it. */
const ownRightsOfConnect: readonly Right[] = [
  ...(['Create', 'Describe', 'DescribeConfigs', 'Read', 'Write'] as const).map((may): Right => ({
    user: 'connect',
    on: 'topic',
    prefix: 'connect-',
    may,
  })),
  { user: 'connect', on: 'group', prefix: 'strangler-connect', may: 'Read' },
]

function aclOf({ user, on, prefix, may }: Right) {
  return {
    resourceType: resources[on],
    resourceName: prefix,
    resourcePatternType: namesThatBegin,
    principal: `User:${user}`,
    host: '*',
    operation: operations[may],
    permissionType: allow,
  }
}

function prefixed(prefix: string, settings: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`${prefix}${name}`, value]),
  )
}

async function freePorts(): Promise<[number, number, number, number, number]> {
  const next = freePort
  return [await next(), await next(), await next(), await next(), await next()]
}
