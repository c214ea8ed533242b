import { CdcError } from '../../errors.ts'
import type { KafkaOptions } from './client.ts'

/** As whom Kafka is asked, and where. */
export interface Asker {
  readonly brokers: readonly string[]
  readonly user: string | undefined
  readonly mechanism: string | undefined
  readonly speaksTls: boolean
  readonly showsCertificate: boolean
}

export function askerOf({ brokers, ssl, sasl }: KafkaOptions): Asker {
  return {
    brokers,
    user: sasl && 'username' in sasl ? sasl.username : undefined,
    mechanism: sasl?.mechanism,
    speaksTls: ssl !== undefined && ssl !== false,
    showsCertificate: typeof ssl === 'object' && ssl.cert !== undefined,
  }
}

interface KafkaFailure {
  readonly name?: string
  readonly message: string
  readonly type?: string
  readonly code?: string | number
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

const noTrust = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS_CERT)/
const saslState = /^(UNSUPPORTED_SASL_MECHANISM|ILLEGAL_SASL_STATE|SASL_AUTHENTICATION_FAILED)$/

/**
 * What Kafka refused, or what keeps it from being reached, in words that say what to do.
 *
 * @param what is missing if it was a right, as in "may not ...".
 */
export function explainKafka(error: unknown, what: string, asker: Asker): CdcError {
  if (error instanceof CdcError) return error
  const failures = chain(error)
  const where = asker.brokers.join(',')
  const refused = (message: string) =>
    new CdcError('KAFKA_REFUSED', message, { brokers: where }, { cause: error })
  const { user, mechanism, speaksTls, showsCertificate } = asker
  const who = user === undefined ? 'the worker' : `the user "${user}"`

  const stranger = failures.find(
    ({ name, type }) => name === 'KafkaJSSASLAuthenticationError' || saslState.test(type ?? ''),
  )
  if (stranger) {
    return refused(
      `Kafka at ${where} does not let ${who} in by ${mechanism}: ${stranger.message}. Correct what the plan says in streams.kafka.sasl, or the variables that it names, and start the worker again.`,
    )
  }
  if (failures.some(({ type }) => type?.endsWith('_AUTHORIZATION_FAILED'))) {
    return refused(
      `Kafka at ${where} says that ${who} may not ${what}. Give it that right; docs/plan.md, "Streams", lists all that it needs.`,
    )
  }
  const distrusted = failures.find(({ code }) => typeof code === 'string' && noTrust.test(code))
  if (distrusted) {
    const [why] = distrusted.message.replace(/^Connection error: /, '').split(';')
    return refused(
      `The certificate that Kafka shows at ${where} is not trusted: ${why}. If an authority of your own made it, name the file with that one's certificate in the plan, streams.kafka.tls: { ca: env('KAFKA_CA_FILE') }.`,
    )
  }
  if (failures.some(({ message }) => /SSL alert|ssl\/tls alert/.test(message))) {
    const cure = showsCertificate
      ? "It does not take the worker's certificate: see streams.kafka.tls in the plan."
      : "It may want a certificate of the worker's: streams.kafka.tls: { cert: env('KAFKA_CERT_FILE'), key: env('KAFKA_KEY_FILE') }."
    return refused(`Kafka at ${where} breaks off the TLS handshake. ${cure}`)
  }
  // kafkajs does not tell the reason: a right that is missing, or a coordinator that is on its way.
  if (failures.some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound')) {
    const text = `Kafka at ${where} does not say who coordinates consumer groups. Either ${who} may not ${what}, or Kafka has only just started. docs/plan.md, "Streams", lists all rights that it needs.`
    return new CdcError('CONNECTION_LOST', text, { brokers: where }, { cause: error })
  }
  const { message } = failures.at(-1)!
  const closed = failures.some(({ name }) => name === 'KafkaJSConnectionClosedError')
  const wants = [
    ...(speaksTls ? [] : ['TLS (streams.kafka.tls)']),
    ...(user === undefined ? ['a user (streams.kafka.sasl)'] : []),
  ]
  const hint =
    closed && wants.length > 0 ? ` It may want what the plan lacks: ${wants.join(' or ')}.` : ''
  const text = `Kafka at ${where} does not answer: ${message}.${hint}`
  return new CdcError('CONNECTION_LOST', text, { brokers: where }, { cause: error })
}

function chain(error: unknown): KafkaFailure[] {
  if (!(error instanceof Error)) return [{ message: String(error) }]
  const failure = error as KafkaFailure
  const inner = [...(failure.errors ?? []), ...(failure.cause === undefined ? [] : [failure.cause])]
  return [failure, ...inner.flatMap(chain)]
}
