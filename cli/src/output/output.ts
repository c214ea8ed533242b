import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'

export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
}

export type Colours = ReturnType<typeof pc.createColors>

/** What a command says: lines for a person, or one JSON document for a script. */
export interface Output {
  readonly isJson: boolean
  readonly colours: Colours
  /** A line for a person. */
  line(text?: string): void
  /** What is being done, replaced by the next on a terminal; elsewhere a line now and then. */
  progress(text: string): void
  /** A step that is done, kept. */
  step(text: string): void
  /** The result for a script; printed once, at the end. */
  result(value: object): void
  /** A command as it is to be typed here: with the plan that this one was given. */
  command(text: string): string
  /** A hint at the next command. */
  hint(command: string): void
}

export interface OutputOptions {
  readonly isJson: boolean
  readonly useColour: boolean
  /** The plan that somebody named on the command line. */
  readonly plan?: string | undefined
}

/** How often what takes long says in a file, or to a script, how far it is. */
const everyMs = 30_000

export function createOutput(
  { stdout, stderr }: Streams,
  { isJson, useColour, plan }: OutputOptions,
  now: () => number = () => performance.now(),
): Output {
  const colours = pc.createColors(useColour)
  let told = now()
  let isPending = false
  const command = (text: string) =>
    plan === undefined || text.includes('--plan') ? text : `${text} --plan ${quoted(plan)}`
  const clear = () => {
    if (isPending) stderr.write('\r\u001b[2K')
    isPending = false
  }
  return {
    isJson,
    colours,
    line(text = '') {
      if (isJson) return
      clear()
      stdout.write(`${text}\n`)
    },
    progress(text) {
      if (isJson) return
      if (!stderr.isTTY) {
        if (now() - told < everyMs) return
        told = now()
        stderr.write(`${text}\n`)
        return
      }
      clear()
      stderr.write(colours.dim(text))
      isPending = true
    },
    step(text) {
      if (isJson) return
      clear()
      stderr.write(`${colours.dim('·')} ${text}\n`)
    },
    result(value) {
      if (isJson) stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    command,
    hint(text) {
      if (isJson) return
      clear()
      stdout.write(`${colours.dim('next:')} ${command(text)}\n`)
    },
  }
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

/** Rows as columns of equal width. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const visible = (text: string) => stripVTControlCharacters(text).length
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => visible(row[at] ?? ''))),
  )
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat(widths[at]! - visible(cell)))
      .join('  ')
      .trimEnd(),
  )
}
