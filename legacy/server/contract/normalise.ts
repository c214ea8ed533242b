import { scalarsOf } from './json-scalars.ts'
import {
  type Stand,
  tagStand,
  volatileFields,
  volatileSegments,
  type VolatileField,
} from './volatile.ts'

/** Puts stands in place of a run's volatile values; one for the whole run, so that ids keep relations. */
export interface Normaliser {
  readonly path: (path: string) => string
  /** `path` is the request's own: some rules hold for some routes only. */
  readonly json: (text: string, path: string) => string
  readonly text: (text: string) => string
}

export function createNormaliser(tag: string): Normaliser {
  const idsByKind = new Map<string, Map<string, number>>()

  const idStand = (kind: string, value: string) => {
    const ids = idsByKind.get(kind) ?? new Map<string, number>()
    idsByKind.set(kind, ids)
    const number = ids.get(value) ?? ids.size + 1
    ids.set(value, number)
    return `<${kind}:${number}>`
  }

  const standFor = (stand: Stand, value: string): string => {
    if (typeof stand === 'object') return idStand(stand.id, value)
    if (stand === 'digits') return value.replaceAll(/\d/g, '0')
    if (stand === 'cursor') {
      return value.replace(/\d+$/, (last) => idStand('vaccination', last))
    }
    return `<${stand}>`
  }

  const text = (value: string) => value.replaceAll(tag, tagStand)

  const segment = (value: string, index: number, all: readonly string[]) => {
    const kind = volatileSegments[all[index - 1]?.toLowerCase() ?? '']
    const isId = /^\d+$|^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)
    return kind !== undefined && isId ? idStand(kind, value) : value
  }

  return {
    text,
    path(path) {
      const [segments = '', query] = path.split('?', 2)
      const named = segments.split('/').map(segment).join('/')
      if (query === undefined) return text(named)
      const parameters = query.split('&').map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2)
        const rule = value === '' ? undefined : ruleFor([name], path)
        return rule ? `${name}=${standFor(rule.stand, value)}` : pair
      })
      return text(`${named}?${parameters.join('&')}`)
    },
    json(json, path) {
      let result = ''
      let done = 0
      for (const { path: keys, start, end } of scalarsOf(json)) {
        const written = json.slice(start, end)
        const rule = written === 'null' ? undefined : ruleFor(keys, path)
        if (!rule) continue
        const isText = written.startsWith('"')
        const stand = standFor(rule.stand, isText ? written.slice(1, -1) : written)
        result += json.slice(done, start) + (isText ? `"${stand}"` : stand)
        done = end
      }
      return text(result + json.slice(done))
    },
  }
}

/** List indexes do not count, nor do the two halves of a column's change in the audit log. */
const isNamed = (key: string) => !/^(\d+|from|to)$/.test(key)

function ruleFor(keys: readonly string[], path: string): VolatileField | undefined {
  const names = keys.filter(isNamed)
  return volatileFields.find(
    ({ field, on }) => endsWith(names, field.split('.')) && (on?.test(path.toLowerCase()) ?? true),
  )
}

function endsWith(names: readonly string[], ending: readonly string[]): boolean {
  const tail = names.slice(-ending.length)
  return tail.length === ending.length && tail.every((name, index) => name === ending[index])
}
