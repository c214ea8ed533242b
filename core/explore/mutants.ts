import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync, type Span, Visitor } from 'oxc-parser'
import type { Machine, Misreading } from './model/state.ts'

const source = join(import.meta.dirname, '../src/machine')

/** The state machine with one thing wrong. */
export interface Mutant {
  readonly name: string
  readonly edit?: {
    readonly file: string
    readonly start: number
    readonly end: number
    readonly text: string
  }
  readonly misreading?: Misreading
}

/**
 * The shipped state machine without each of its guards: each `if` never taken, each operand of `&&` and
 * `||` left out, each conditional expression taking one branch only.
 */
export function withoutEachGuard(): Mutant[] {
  return readdirSync(source).flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    const mutants: Mutant[] = []
    const mutate = (what: Span, replacement: string) => {
      const line = text.slice(0, what.start).split('\n').length
      const before = text.slice(what.start, what.end).replaceAll(/\s+/g, ' ')
      const edit = { file, start: what.start, end: what.end, text: replacement }
      mutants.push({ name: `${file}:${line}  ${before}  becomes  ${replacement}`, edit })
    }
    const code = (part: Span) => `(${text.slice(part.start, part.end)})`
    new Visitor({
      IfStatement({ test, consequent }) {
        if (consequent.type !== 'ThrowStatement') mutate(test, 'false')
      },
      LogicalExpression(expression) {
        if (expression.operator === '??') return
        mutate(expression, code(expression.left))
        mutate(expression, code(expression.right))
      },
      ConditionalExpression(expression) {
        mutate(expression, code(expression.consequent))
        mutate(expression, code(expression.alternate))
      },
    }).visit(parseSync(file, text).program)
    return mutants
  })
}

/** Readings of the protocol that were once thought right, and lose writes or get stuck. */
export function misreadings(): Mutant[] {
  return [
    rewrite('a barrier is refused at its own epoch', 'fence.ts', {
      from: 'if (row.epoch !== epoch)',
      to: 'if (row.epoch >= epoch)',
    }),
    rewrite('the journal is a row of its own', 'control.ts', {
      from: 'if (row.epoch !== wanted.at.epoch) {',
      to: "if (wanted.kind === 'journal') return after(row, wanted)\n  if (row.epoch !== wanted.at.epoch) {",
    }),
    rewrite('the staged opening commits before the journal', 'coordinator.ts', {
      from: '  const next = work(phase, row)[memory.progress]',
      to: "  if (memory.staged) return { kind: 'commit', side: opposite(row.owner), epoch: row.epoch }\n  const next = work(phase, row)[memory.progress]",
    }),
    rewrite('an undo skips a side that looks open', 'fence.ts', {
      from: 'if (wanted.epoch < row.epoch)',
      to: "if (!wanted.fenced && !row.fenced) return 'done'\n  if (wanted.epoch < row.epoch)",
    }),
    rewrite('an undo waits for the other side', 'coordinator.ts', {
      from: "  if (phase === 'aborting') {",
      to: "  if (phase === 'aborting') {\n    if (memory.staged) return { kind: 'fence', side: other, epoch }",
    }),
    rewrite('an acknowledgement of an older hold counts', 'quorum.ts', {
      from: 'acknowledged !== epoch',
      to: 'acknowledged === 0',
    }),
    rewrite('a hold is acknowledged with a write under way', 'proxy.ts', {
      from: 'return writesInFlight === 0',
      to: 'return writesInFlight < 2',
    }),
    rewrite('an attempt is undone in the database before its abort is recorded', 'coordinator.ts', {
      from: '  if (memory.recorded !== row.epoch || memory.failed) return',
      to: "  if (memory.failed && memory.progress < 2) return { kind: 'open', side: row.owner, epoch: row.epoch + 1 }\n  if (memory.recorded !== row.epoch || memory.failed) return",
    }),
    { name: 'a lease counts before the state was read', misreading: { leaseWithoutState: true } },
    {
      name: 'the proxies are listed before the hold',
      misreading: { proxiesListedBeforeHold: true },
    },
  ]
}

function rewrite(name: string, file: string, { from, to }: { from: string; to: string }): Mutant {
  const start = readFileSync(join(source, file), 'utf8').indexOf(from)
  if (start < 0)
    throw new Error(`${file} no longer holds what the mutant "${name}" changes: ${from}`)
  return { name, edit: { file, start, end: start + from.length, text: to } }
}

/** Loads the state machine with a mutant's edit made. */
export async function load({ edit }: Mutant): Promise<Machine> {
  if (!edit) return import('../src/machine/index.ts')
  const folder = mkdtempSync(join(tmpdir(), 'strangler-mutant-'))
  try {
    cpSync(source, folder, { recursive: true })
    const file = join(folder, edit.file)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.slice(0, edit.start) + edit.text + text.slice(edit.end))
    return (await import(pathToFileURL(join(folder, 'index.ts')).href)) as Machine
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
