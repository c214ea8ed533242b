import type { Outbox } from '@strangler/core'
import { CdcError } from '../errors.ts'
import type { KafkaChoice } from '../log/choice.ts'
import { createKafka, type Message } from '../log/debezium/kafka.ts'
import { subscribe } from '../log/debezium/subscribe.ts'
import { eventTopic } from '../outbox/names.ts'
import { type DomainEvent, eventOf } from './event.ts'
import type { EventSource } from './source.ts'

export interface KafkaSourceOptions {
  readonly consumer: string
  readonly outbox: Outbox
  readonly choice: KafkaChoice
  /** The next offset of each partition, as the consumer's database has it. */
  positions(topic: string): Promise<ReadonlyMap<number, bigint>>
  readonly log: { warn(fields: object, message: string): void }
}

/** Events that Debezium's outbox event router has put into Kafka. */
export function createKafkaSource(options: KafkaSourceOptions): EventSource {
  const { consumer, outbox, choice, positions, log } = options
  const topic = eventTopic(choice.prefix, outbox.service)

  async function readPositions(): Promise<ReadonlyMap<number, bigint>> {
    await using kafka = createKafka(choice.options)
    const [from, ranges] = await Promise.all([positions(topic), kafka.ranges(topic)])
    if (!ranges) {
      const message = `Kafka has no topic "${topic}". Run "strangler sync start" for a slice of ${outbox.service}: it makes it, and has events of ${outbox.service} captured into it.`
      throw new CdcError('LOG_GONE', message, { consumer, topic })
    }
    for (const [partition, next] of from) {
      const { first, end } = ranges.get(partition) ?? { first: 0n, end: 0n }
      if (next >= first && next <= end) continue
      const message = `Events of ${outbox.service} for consumer "${consumer}" are missing: partition ${partition} of Kafka's topic "${topic}" has ${first} to ${end}, and ${next} comes next. To go on with what is there, run in the database of ${consumer}: delete from strangler.consumer_position where consumer = '${consumer}'.`
      throw new CdcError('LOG_GONE', message, { consumer, topic, partition })
    }
    return from
  }

  return {
    async follow(take, signal) {
      await subscribe(
        choice.options,
        {
          topic,
          group: `${choice.prefix}.consumers.${consumer}`,
          from: await readPositions(),
          async take(message, partition) {
            const event = eventOfMessage(message)
            if (event) {
              return take(event, { topic, partition, next: BigInt(message.offset) + 1n })
            }
            const { offset } = message
            log.warn(
              { consumer, topic, partition, offset },
              'a message that is no event is left out',
            )
          },
        },
        signal,
      )
    },
  }
}

/** Undefined for what somebody else wrote into the topic. */
function eventOfMessage({ key, value, headers = {} }: Message): DomainEvent | undefined {
  const text = (name: string) => headers[name]?.toString()
  const [id, type, aggregateType] = [text('id'), text('type'), text('aggregateType')]
  if (id === undefined || type === undefined || aggregateType === undefined || !key)
    return undefined
  const payload = value?.toString() ?? null
  return eventOf({ id, type, aggregateType, aggregateId: key.toString(), text: payload })
}
