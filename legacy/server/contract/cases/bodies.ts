import { routes } from '../../src/index.ts'
import type { Case } from '../case.ts'
import { nameOf } from '../coverage.ts'

const tooLarge = `"${'x'.repeat(1_100_000)}"`

/** Of every route that takes JSON: it is refused before the route looks at anything else. */
export const bodies: Case[] = routes
  .filter(({ body }) => body === 'json')
  .flatMap((route) => {
    const asked = {
      route: nameOf(route),
      as: route.roles[0]!,
      path: route.path.replaceAll(/:\w+/g, '1'),
    }
    return [
      {
        ...asked,
        name: 'a body that is too large',
        headers: { 'content-type': 'application/json' },
        body: tooLarge,
        expect: 413,
        holds: { error: 'Request body too large' },
      },
      {
        ...asked,
        name: 'a body in letters of another time',
        headers: { 'content-type': 'application/json; charset=latin1' },
        body: '{}',
        expect: 415,
        holds: { error: 'Bad request' },
      },
    ]
  })
