import { expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'

const read = (...args: string[]) => readOptions('steady', args, {})

test('without options a scenario has its usual ones', () => {
  expect(read()).toEqual({
    baseUrl: 'http://127.0.0.1:8080',
    rate: 2,
    seconds: 300,
    switches: 0,
    times: 1,
    thinking: 1,
  })
  expect(readOptions('spike', [], {}).times).toBe(5)
  expect(readOptions('soak', [], {}).seconds).toBe(3600)
})

test('options say how much, how long, where, and how often something is switched', () => {
  const args = '--rate 2.5 --duration 10m --base-url http://10.0.0.7:80/ --switches 2 --think 0.5'
  expect(read(...args.split(' '))).toEqual({
    baseUrl: 'http://10.0.0.7:80',
    rate: 2.5,
    seconds: 600,
    switches: 2,
    times: 1,
    thinking: 0.5,
  })
  expect(read('--rate', 'auto').rate).toBe('auto')
  expect(read('--duration', '1.5h').seconds).toBe(5400)
})

test('an option goes before the environment', () => {
  const environment = { BASE_URL: 'http://127.0.0.1:9000' }
  expect(readOptions('steady', [], environment).baseUrl).toBe('http://127.0.0.1:9000')
  const args = ['--base-url', 'http://127.0.0.1:9001']
  expect(readOptions('steady', args, environment).baseUrl).toBe('http://127.0.0.1:9001')
})

test.each([
  ['--rate fast', '--rate is "fast"; it must be "auto" or a number from 0.1 to 1000.'],
  ['--rate 0', '--rate is "0"'],
  ['--duration 10', '--duration is "10"; it must be like 90s, 10m or 1h, 5s at least.'],
  ['--duration 1s', '--duration is "1s"'],
  ['--switches 1.5', '--switches is "1.5"; it must be a whole number from 0 to 1000.'],
  ['--switches 3 --duration 50s', '--switches 3 needs at least 60s of --duration.'],
  ['--think -1', '--think'],
  ['--base-url 127.0.0.1:8080', '--base-url (or BASE_URL) is "127.0.0.1:8080"'],
  ['--times 3', '--times is for spike, not for steady.'],
  ['--speed 3', '--speed'],
  ['fast', 'fast'],
])('%s is refused with what would be right', (args, problem) => {
  expect(() => read(...args.split(' '))).toThrow(problem)
  expect(() => read(...args.split(' '))).toThrow('npm run load -- SCENARIO')
})

test('all that is wrong is told at once', () => {
  expect(() => read('--rate', 'x', '--duration', 'y')).toThrow(/--rate is "x"[^]*--duration is "y"/)
})

test('switch takes no rate: it is about what it does', () => {
  expect(() => readOptions('switch', ['--rate', '3'], {})).toThrow('--rate is not for switch.')
})
