import { expect, test } from 'vitest'
import { previewOf } from '../../src/patients/preview.ts'

const of = (contentType: string, size = 1000) => previewOf({ contentType, size })

test.each([
  ['image/png', 'image'],
  ['IMAGE/JPEG', 'image'],
  ['image/svg+xml', 'image'],
  ['text/csv; charset=utf-8', 'text'],
  ['text/plain', 'text'],
])('%s is shown as %s', (type, as) => {
  expect(of(type)).toBe(as)
})

test.each(['text/html', 'application/pdf', 'application/octet-stream', 'image/heic', 'x', ''])(
  '%s is only for downloading',
  (type) => {
    expect(of(type)).toBeUndefined()
  },
)

test('neither is what is empty, or too long a text', () => {
  expect(of('image/png', 0)).toBeUndefined()
  expect(of('text/plain', 200_001)).toBeUndefined()
  expect(of('image/png', 9_000_000)).toBe('image')
})
