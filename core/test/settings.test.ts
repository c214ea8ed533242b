import { expect, test } from 'vitest'
import { z } from 'zod'
import { CoreError } from '../src/errors.ts'
import { readSettings } from '../src/settings.ts'

const schema = z.object({
  PORT: z.coerce.number().int().max(65_535).default(8080),
  SIZE: z.enum(['small', 'large']),
  STORE_URL: z.url({ protocol: /^redis$/ }),
  A_TOKEN: z.string().min(8),
})
const examples = {
  PORT: '8080',
  SIZE: 'small',
  STORE_URL: 'redis://host',
  A_TOKEN: 'eight or more',
}
const right = { SIZE: 'small', STORE_URL: 'redis://:hush@host', A_TOKEN: 'hush hush' }

const read = (environment: Record<string, string | undefined>) =>
  readSettings({ schema, examples, environment, what: 'The part' })

function complaint(environment: Record<string, string | undefined>): string {
  try {
    return `nothing: ${JSON.stringify(read(environment))}`
  } catch (error) {
    return error instanceof CoreError ? `${error.code}: ${error.message}` : String(error)
  }
}

test('what is right is read, and what is not set or empty has its default', () => {
  expect(read(right)).toEqual({ PORT: 8080, ...right })
  expect(read({ ...right, PORT: '' }).PORT).toBe(8080)
  expect(read({ ...right, PORT: '81' }).PORT).toBe(81)
})

test('everything that is wrong is named at once, with what it held and an example that is right', () => {
  const text = complaint({ PORT: 'many', SIZE: '' })
  expect(text).toMatch(/^WRONG_SETTING: The part cannot start:\n/)
  expect(text).toMatch(/ PORT is "many" \(.+\); for example PORT=8080\n/)
  expect(text).toContain(' SIZE is not set; for example SIZE=small\n')
  expect(text).toContain(' STORE_URL is not set; for example STORE_URL=redis://host\n')
  expect(text).toContain(' A_TOKEN is not set; for example A_TOKEN=eight or more')
})

test.each([
  ['STORE_URL', 'http://:hush@host'],
  ['A_TOKEN', 'hush'],
])('what %s held is not shown, for it may be a secret', (name, value) => {
  const text = complaint({ ...right, [name]: value })
  expect(text).toContain(` ${name} is not right (`)
  expect(text).not.toContain('hush')
})
