import { killMatrix } from './on-each-log/kill-matrix.ts'

killMatrix('debezium')
