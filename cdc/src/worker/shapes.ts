import type { SliceRow } from '@strangler/core'
import type { SliceRuntime } from '../slice/runtime.ts'
import { aboutShape } from './checks.ts'

/** What speaks against a slice's certificate since DDL altered its tables. */
export interface Altered {
  /** When the certificate was made that this speaks against: it says nothing about a newer one. */
  readonly since: string
  readonly reasons: readonly string[]
}

/** Before anybody asks for a switch and is refused. */
export async function lookAtShapes(
  row: SliceRow | undefined,
  runtime: SliceRuntime,
): Promise<Altered | undefined> {
  if (!row?.certificate) return undefined
  return { since: row.certificate.at, reasons: await aboutShape(runtime, row) }
}
