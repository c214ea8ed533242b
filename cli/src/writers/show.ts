import {
  judgeWriters,
  type JudgedWriter,
  type Observation,
  reasonsAgainstWriters,
  type Slice,
} from '@strangler/core'
import type { Colours } from '../output/output.ts'
import { ago } from '../output/ago.ts'

export interface SliceWriters {
  readonly slice: string
  readonly state: Observation['state']
  readonly since: Date | null
  readonly stoppedAt: Date | null
  readonly gaps: readonly string[]
  readonly writers: readonly JudgedWriter[]
  /** Why a switch to the service would be refused, as far as writers go. */
  readonly reasons: readonly string[]
}

export function judgeObservation(
  slice: Pick<Slice, 'name' | 'writers'>,
  observation: Observation,
): SliceWriters {
  return {
    slice: slice.name,
    ...observation,
    writers: judgeWriters(slice, observation.writers),
    reasons: reasonsAgainstWriters(slice, observation),
  }
}

/** One line that says how far a slice's writers are known. */
export function summarizeWriters({ slice, state, since, writers, reasons }: SliceWriters): string {
  const start = `strangler observe start ${slice}`
  if (state === 'never') return `${slice}: nobody has observed who writes its tables: ${start}`
  if (state === 'lost') return `${slice}: what was observed of its writers is lost: ${start}`
  const known = `${slice}: ${writers.length} kinds of writes observed since ${since!.toISOString()}`
  return reasons.length === 0
    ? `${known}, and the plan accounts for all`
    : `${known}; ${reasons.length} are in the way of a switch: strangler observe status ${slice}`
}

/** All of a slice's writers, for a person. */
export function showWriters(observed: SliceWriters, c: Colours): string[] {
  const { state, writers, reasons } = observed
  const lines = [c.bold(summarizeWriters(observed)) + (state === 'stopped' ? ' (stopped)' : '')]
  for (const {
    role,
    application,
    commands,
    tables,
    times,
    lastAt,
    statement,
    declared,
    against,
  } of writers) {
    const seen = `noted ${times === 1 ? 'once' : `${times} times`}, last ${ago(Date.now() - lastAt.getTime())}`
    lines.push(
      `  ${against === null ? c.green(fate(declared)) : c.red(declared === null ? 'undeclared' : fate(declared))}  role ${role}, application ${application || '(none)'}: ${commands.join(', ')} of ${tables.join(', ')}; ${seen}`,
      c.dim(`    ${statement}`),
    )
  }
  if (reasons.length > 0)
    lines.push('', 'In the way of a switch:', ...reasons.map((why) => `  - ${why}`))
  return lines
}

function fate(declared: JudgedWriter['declared']): string {
  const is = declared?.is ?? 'undeclared'
  if (typeof is === 'string') return is
  return 'stops' in is ? `stops ${is.stops}` : `drains ${is.drainSeconds} s`
}
