import { Failure } from '@strangler/core'

/** How the process ends. Documented in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  failed: 4,
  unreachable: 5,
  detached: 130,
} as const

const codes = {
  USAGE: { exit: exitCodes.usage },
  MISSING_SETTING: { exit: exitCodes.usage },
  NO_SUCH_SLICE: { exit: exitCodes.usage },
  REFUSED: { exit: exitCodes.refused },
  FAILED: { exit: exitCodes.failed },
  /** The terminal was closed on purpose; the worker goes on. */
  DETACHED: { exit: exitCodes.detached },
  UNREACHABLE: { exit: exitCodes.unreachable },
} as const

export type CliErrorCode = keyof typeof codes

/** A command that cannot be carried out. */
export class CliError extends Failure<CliErrorCode> {
  override readonly name = 'CliError'
  readonly exit: number = codes[this.code].exit
}
