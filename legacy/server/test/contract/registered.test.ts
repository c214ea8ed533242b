import { expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { areas } from '../../src/areas.ts'
import type { App } from '../../src/http/route.ts'
import { furtherRoutes, routes } from '../../src/index.ts'

interface Layer {
  readonly name: string
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> }
  readonly handle: { readonly stack?: readonly Layer[] }
}

/** What Express was really told, by its own account. */
function registered(layers: readonly Layer[], under = ''): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route) {
      return Object.keys(route.methods).map((verb) => `${verb.toUpperCase()} ${under}${route.path}`)
    }
    return handle.stack ? registered(handle.stack, '/api') : []
  })
}

test('whatever is registered is in the tables that the contract covers', () => {
  const app = createApp({} as App)
  const stack = (app.router as unknown as { stack: readonly Layer[] }).stack
  const listed = [...routes, ...furtherRoutes].map(({ method, path }) => `${method} ${path}`)
  const unlisted = registered(stack).filter((route) => !listed.includes(route))
  expect(registered(stack).length).toBe(listed.length - 1)
  expect(unlisted).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})

/** What a function answers, by the words that it uses for it. */
const meanings: readonly (readonly [RegExp, number])[] = [
  [/\bnotFound\(/, 404],
  [/\b(?:big)?idParam\(/i, 404],
  [/\bvisible\w*\(/, 404],
  [/\bconflict\(/, 409],
  [/\bunprocessable\(/, 422],
  [/\binvalid\(/, 400],
  [/\bread(?:Fields|Changes)\(/, 400],
  [/\buuidParam\(/, 400],
]

function named(source: string): number[] {
  const said = [...source.matchAll(/\bstatus\((\d{3})\)|new Refusal\((\d{3})/g)]
  const meant = meanings.filter(([pattern]) => pattern.test(source)).map(([, status]) => status)
  return [...said.map(([, sent, refused]) => Number(sent ?? refused)), ...meant]
}

const everyRoute = areas.flatMap((area) => area.routes)

test.each(everyRoute.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s declares every status that its function names',
  (_, { answer, statuses }) => {
    expect(named(answer.toString()).filter((status) => !statuses.includes(status))).toEqual([])
  },
)
