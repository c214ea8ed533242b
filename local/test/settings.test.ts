import { expect, test } from 'vitest'
import { readSettings } from '../src/petsphere/settings.ts'

test('how much data there is, is said by an option, else by the environment, else medium', () => {
  expect(readSettings({}, []).size).toBe('medium')
  expect(readSettings({ SEED_SIZE: 'small' }, []).size).toBe('small')
  expect(readSettings({ SEED_SIZE: 'small' }, ['--size', 'large']).size).toBe('large')
})

test('a size that there is not is refused with those that there are', () => {
  expect(() => readSettings({}, ['--size', 'huge'])).toThrow(/SEED_SIZE[^]*small, medium or large/)
})
