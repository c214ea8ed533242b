import type { Contender } from '../contender.ts'
import { debezium } from './debezium.ts'
import { debeziumFilled } from './debezium-filled.ts'
import { jdbcSink } from './jdbc-sink.ts'
import { native } from './native.ts'
import { pgoutput } from './pgoutput.ts'
import { reader } from './reader.ts'

export const contenders: readonly Contender[] = [
  native,
  reader,
  jdbcSink,
  pgoutput,
  debeziumFilled,
  debezium,
]
