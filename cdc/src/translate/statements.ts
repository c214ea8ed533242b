import { quote, sqlName } from '@strangler/core'
import { CdcError } from '../errors.ts'
import { keyOfTexts, printed, printedAs } from './keys.ts'
import type { Output, Translation } from './translation.ts'

/** A statement that takes one array of texts for each input that it names, all of one length. */
export interface Statement {
  readonly sql: string
  /** The inputs whose values it takes, in order. */
  readonly takes: readonly number[]
}

type InputName = (input: number) => string

const inputName: InputName = (input) => `i${input}`

/** `unnest($1::text[], ...) as s (i0, i2, ...)`; its parameters start at `first`. */
export function rowsOf(takes: readonly number[], first = 1): string {
  return `${arraysOf(takes, first)} as s (${takes.map(inputName).join(', ')})`
}

/** The same rows, with a column `at` that counts them from 1. */
export function numberedRowsOf(takes: readonly number[]): string {
  return `${arraysOf(takes, 1)} with ordinality as s (${takes.map(inputName).join(', ')}, at)`
}

function arraysOf(takes: readonly number[], first: number): string {
  return `unnest(${takes.map((_, at) => `$${first + at}::text[]`).join(', ')})`
}

/** The source's key, written in terms of a row `s` of inputs. */
export function keyOfRow(translation: Translation) {
  const names = keyInputs(translation).map((input) => `s.${inputName(input)}`)
  return keyOfTexts(translation, names)
}

/** SQL for an output's value, from a row `s` of inputs. */
export function valueOf(output: Output, name: InputName = inputName): string {
  const texts = Array.from(
    { length: Math.max(-1, ...output.reads) + 1 },
    (_, at) => `s.${name(at)}`,
  )
  return `(${output.sql(texts)})::${output.is.castType}`
}

/** SQL that is true where the target's row `t` has the key in a row `s` of inputs. */
export function keyMatches(translation: Translation, name: InputName = inputName): string {
  const keys = translation.outputs.filter(({ isKey }) => isKey)
  return keys.map((key) => `t.${quote(key.column)} = ${valueOf(key, name)}`).join(' and ')
}

/** SQL that is true where the source's row `t` has the key in a row `s` of inputs. */
export function keyMatchesAtSource({ inputs, keyLength }: Translation): string {
  const keys = inputs.slice(0, keyLength)
  const matches = keys.map(
    ({ name, castType }, at) => `t.${quote(name)} = s.${inputName(at)}::${castType}`,
  )
  return matches.join(' and ')
}

/**
 * Inserts whole rows, or replaces what their columns hold. Columns that are not mapped keep their values. What a
 * shared sink holds already it keeps.
 */
export function putStatement(
  translation: Translation,
  replaces = ({ isKey }: Output): boolean => !isKey,
): Statement {
  const { inputs, outputs, sharedSink, target } = translation
  const takes = inputs.map((_, at) => at)
  const columns = outputs.map(({ column }) => quote(column))
  const key = outputs.filter(({ isKey }) => isKey).map(({ column }) => quote(column))
  const replace = outputs
    .filter(replaces)
    .map(({ column }) => quote(column))
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')
  const conflict = sharedSink || !replace ? 'do nothing' : `do update set ${replace}`
  const values = outputs.map((output) => valueOf(output))
  return {
    takes,
    sql: `insert into ${sqlName(target)} (${columns.join(', ')}) overriding system value
      select ${values.join(', ')} from ${rowsOf(takes)}
      on conflict (${key.join(', ')}) ${conflict}`,
  }
}

/** The same, and gives a stale row the key in its source's text: equal keys of some types are printed differently. */
export function replaceStatement(translation: Translation): Statement {
  return putStatement(translation, ({ isKey, is }) => !isKey || !is.identityAlways)
}

/** Finds, among whole rows, those whose keys have other values in the target. */
export function clashStatement(translation: Translation): Statement {
  const takes = translation.inputs.map((_, at) => at)
  const told = translation.outputs.filter(({ isKey, reads }) => !isKey && reads.length > 0)
  const differs = told.map((output) => {
    const value = printedAs(output.is.castType, `(${valueOf(output)}::${output.is.type})`)
    return `${printed(output.is, 't')} is distinct from ${value}`
  })
  return {
    takes,
    sql: `select from ${rowsOf(takes)} join ${sqlName(translation.target)} t on ${keyMatches(translation)}
      where ${['false', ...differs].join(' or ')}`,
  }
}

/** Inserts whole rows that are not there, which is refused if one is. */
export function addStatement(translation: Translation): Statement {
  const { inputs, outputs, target } = translation
  const takes = inputs.map((_, at) => at)
  const columns = outputs.map(({ column }) => quote(column))
  const values = outputs.map((output) => valueOf(output))
  return {
    takes,
    sql: `insert into ${sqlName(target)} (${columns.join(', ')}) overriding system value
      select ${values.join(', ')} from ${rowsOf(takes)}`,
  }
}

/**
 * The same by COPY, which takes the inputs' texts as they are; undefined where some column is not simply a
 * copy of one of the same declared type, so that either would read a text otherwise.
 */
export function copyStatement({ inputs, outputs, target }: Translation): Statement | undefined {
  const names = inputs.map((_, at) => inputName(at))
  const takes: number[] = []
  for (const { is, reads, sql } of outputs) {
    const [from = -1] = reads
    const input = inputs[from]
    if (reads.length !== 1 || !input || sql(names) !== names[from]) return undefined
    if (input.portableDeclared !== is.portableDeclared) return undefined
    takes.push(from)
  }
  const columns = outputs.map(({ column }) => quote(column))
  return { takes, sql: `copy ${sqlName(target)} (${columns.join(', ')}) from stdin` }
}

export function deleteStatement(translation: Translation): Statement {
  const takes = keyInputs(translation)
  return {
    takes,
    sql: `delete from ${sqlName(translation.target)} t using ${rowsOf(takes)} where ${keyMatches(translation)}`,
  }
}

/**
 * Changes what the present inputs tell and leaves the rest: for rows of which some large values were not
 * sent because they had not changed.
 *
 * @throws CdcError CANNOT_APPLY when a column is made from both a present and an absent input.
 */
export function patchStatement(translation: Translation, present: ReadonlySet<number>): Statement {
  const known = (output: Output) => output.reads.every((input) => present.has(input))
  const changed = translation.outputs.filter((output) => !output.isKey && output.reads.length > 0)
  const torn = changed.find(
    (output) => !known(output) && output.reads.some((at) => present.has(at)),
  )
  if (torn) {
    const source = sqlName(translation.source)
    const message = `${sqlName(translation.target)}.${torn.column} is made from several columns, and one of them was not logged because it is large and had not changed. Run: alter table ${source} replica identity full, and update the row at its source`
    throw new CdcError('CANNOT_APPLY', message, { column: torn.column })
  }
  const set = changed.filter(known).map((output) => `${quote(output.column)} = ${valueOf(output)}`)
  const takes = translation.inputs.map((_, at) => at).filter((at) => present.has(at))
  const assignments = set.length > 0 ? set : [noChange(translation)]
  return {
    takes,
    sql: `update ${sqlName(translation.target)} t set ${assignments.join(', ')}
      from ${rowsOf(takes)} where ${keyMatches(translation)}`,
  }
}

function noChange({ outputs }: Translation): string {
  const column = quote(outputs.at(-1)!.column)
  return `${column} = t.${column}`
}

/** Gives one row another key, and its columns their values. Takes the old key first, then the inputs. */
export function rekeyStatement(translation: Translation, present: ReadonlySet<number>): Statement {
  const old = keyInputs(translation)
  const news = translation.inputs.map((_, at) => at).filter((at) => present.has(at))
  const known = ({ reads }: Output) => reads.every((at) => present.has(at))
  const columns = translation.outputs.filter(known)
  const set = columns.map((output) => `${quote(output.column)} = ${valueOf(output)}`)
  const names = [...old.map((at) => `o${at}`), ...news.map(inputName)]
  const arrays = names.map((_, at) => `$${at + 1}::text[]`)
  return {
    takes: [...old, ...news],
    sql: `update ${sqlName(translation.target)} t set ${set.join(', ')}
      from unnest(${arrays.join(', ')}) as s (${names.join(', ')})
      where ${keyMatches(translation, (at) => `o${at}`)}`,
  }
}

export function keyInputs({ keyLength }: Translation): number[] {
  return Array.from({ length: keyLength }, (_, at) => at)
}
