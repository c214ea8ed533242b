import { writers } from './on-each-log/writers.ts'

writers('pgoutput', { switches: 20, between: 200, perSecond: 100 })
