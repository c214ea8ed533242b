import type { Slice } from '../plan/plan.ts'
import type { DeclaredWriter } from '../plan/writers.ts'
import type { Observation, ObservedWriter } from './read.ts'

/** What the plan says about somebody who was seen writing; `against` is why a switch must wait. */
export interface JudgedWriter extends ObservedWriter {
  readonly declared: DeclaredWriter | null
  readonly against: string | null
}

/** Holds those who were seen writing against those whom the plan names; the first that fits says what is to be. */
export function judgeWriters(
  { name, writers }: Pick<Slice, 'name' | 'writers'>,
  observed: readonly ObservedWriter[],
): JudgedWriter[] {
  return observed.map((writer) => {
    const declared = writers.find((one) => fits(one, writer)) ?? null
    return { ...writer, declared, against: against(name, writer, declared) }
  })
}

/** Why a slice must not leave the monolith yet, as far as its writers go. */
export function reasonsAgainstWriters(
  slice: Pick<Slice, 'name' | 'writers'>,
  { state, gaps, writers }: Observation,
): string[] {
  const again = `run "strangler observe start ${slice.name}"`
  return [
    ...judgeWriters(slice, writers).flatMap((judged) => judged.against ?? []),
    ...(state === 'lost'
      ? [`what was observed of its writers was lost in a crash or failover of the server: ${again}`]
      : []),
    ...gaps.map((table) => `the writers of ${table} are not observed: ${again}`),
  ]
}

function fits(declared: DeclaredWriter, { role, application, statement }: ObservedWriter): boolean {
  const { statements } = declared
  return (
    (declared.role === undefined || declared.role === role) &&
    (declared.application === undefined || matches(declared.application, application)) &&
    (statements.length === 0 || statements.some((pattern) => matches(pattern, statement)))
  )
}

/** `*` stands for any text; case and the amount of white space mean nothing. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.trim().split('*')
  const source = parts.map((part) =>
    RegExp.escape(part).replaceAll(/(\\x20|\s)+/g, String.raw`\s+`),
  )
  return new RegExp(`^${source.join('.*')}$`, 'is').test(text)
}

function against(
  slice: string,
  writer: ObservedWriter,
  declared: DeclaredWriter | null,
): string | null {
  const seen = describe(writer)
  if (declared === null)
    return `${seen}, and the plan does not say what becomes of that: ${example(slice, writer)}`
  if (typeof declared.is === 'string' || 'drainSeconds' in declared.is) return null
  const { stops } = declared.is
  if (writer.lastAt < new Date(stops)) return null
  return `${seen}, though the plan has it stop at ${stops}: stop it, and correct the time in slices.${slice}.writers`
}

/** `role "shop", application "import" wrote public.orders (insert) 3 times, last at ...: insert into orders ...` */
function describe({
  role,
  application,
  tables,
  commands,
  times,
  lastAt,
  statement,
}: ObservedWriter): string {
  const often = times === 1 ? 'once' : `${times} times`
  return `role "${role}", application "${application}" was noted writing ${tables.join(', ')} (${commands.join(', ')}) ${often}, last at ${lastAt.toISOString()}, with "${statement}"`
}

/** What to write into the plan so that the writer is accepted. */
function example(slice: string, { role, application, statement }: ObservedWriter): string {
  const entry = `{ role: ${quoted(role)}, application: ${quoted(application)}, statement: ${quoted(statement)}, is: 'refused', because: '...' }`
  return `add ${entry} to slices.${slice}.writers, or 'routes', 'moves', { stops: '...' } or { drainSeconds: ... } in place of 'refused'`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
