import { Kafka, logLevel } from 'kafkajs'

/** Reads a topic and parses it, nothing more: `read.ts BROKERS TOPIC ROWS ROWS`, a rate for each part of it. */
const [brokers, topic, ...parts] = process.argv.slice(2) as [string, string, ...string[]]
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
const consumer = kafka.consumer({
  groupId: `bench-${process.pid}`,
  maxWaitTimeInMs: 50,
  maxBytesPerPartition: 4_000_000,
})
const done = Promise.withResolvers<void>()
const rates: number[] = []
let began = 0
let count = 0

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    began ||= performance.now()
    for (const { value } of batch.messages) {
      const { op } = JSON.parse(value!.toString()) as { op: string }
      if (op === 'c' || op === 'u') count++
      const wanted = Number(parts[rates.length])
      if (count < wanted) continue
      rates.push(count / ((performance.now() - began) / 1000))
      ;[count, began] = [0, performance.now()]
      if (rates.length === parts.length) return done.resolve()
    }
  },
})
await done.promise
console.log(JSON.stringify({ rates, memoryMb: process.resourceUsage().maxRSS / 1024 }))
await consumer.disconnect()
