/** A scalar of a JSON text: where it is, and the keys and indexes that lead to it. */
export interface Scalar {
  readonly path: readonly string[]
  readonly start: number
  readonly end: number
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * Finds the scalars of a valid JSON text, so that some can be replaced and all other bytes stay: order
 * of keys, blanks, and how numbers are written.
 */
export function scalarsOf(json: string): Scalar[] {
  const found: Scalar[] = []
  const path: string[] = []
  /** For each open object or list: whether it is a list. */
  const lists: boolean[] = []
  let expectsKey = false
  for (const { 0: text, index } of json.matchAll(token)) {
    const isList = lists.at(-1) ?? false
    if (text === '{' || text === '[') {
      lists.push(text === '[')
      path.push(text === '[' ? '0' : '')
      expectsKey = text === '{'
    } else if (text === '}' || text === ']') {
      lists.pop()
      path.pop()
      expectsKey = false
    } else if (text === ',') {
      if (isList) path.push(String(Number(path.pop()) + 1))
      expectsKey = !isList
    } else if (text === ':') {
      expectsKey = false
    } else if (expectsKey) {
      path[path.length - 1] = parseKey(text)
    } else {
      found.push({ path: [...path], start: index, end: index + text.length })
    }
  }
  return found
}

function parseKey(text: string): string {
  const key: unknown = JSON.parse(text)
  return String(key)
}
