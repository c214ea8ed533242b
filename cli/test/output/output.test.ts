import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'
import { expect, test } from 'vitest'
import { createOutput, table } from '../../src/output/output.ts'

function streams(isTTY: boolean) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof written) => ({
    isTTY,
    write: (text: string) => void (written[name] += text),
  })
  return { written, stdout: stream('stdout'), stderr: stream('stderr') }
}

test('columns are as wide as their widest cell, whatever its colour', () => {
  const { bold } = pc.createColors(true)
  const lines = table([
    ['a', 'b', 'c'],
    [bold('long'), 'x', ''],
  ])
  expect(lines.map(stripVTControlCharacters)).toEqual(['a     b  c', 'long  x'])
})

test('progress is for terminals, and the next line takes its place', () => {
  const terminal = streams(true)
  const output = createOutput(terminal, { isJson: false, useColour: false })
  output.progress('half')
  output.line('done')
  expect(terminal.written).toEqual({ stdout: 'done\n', stderr: 'half\r\u001b[2K' })
})

test('a file gets progress seldom, a line each time', () => {
  const pipe = streams(false)
  let now = 0
  const output = createOutput(pipe, { isJson: false, useColour: false }, () => now)
  for (now of [0, 29_999, 30_000, 30_150, 59_999, 60_000]) output.progress(`after ${now} ms`)
  expect(pipe.written).toEqual({ stdout: '', stderr: 'after 30000 ms\nafter 60000 ms\n' })
})

test('with --json only the document is printed', () => {
  const { written, ...both } = streams(true)
  const output = createOutput(both, { isJson: true, useColour: true })
  output.line('text')
  output.step('step')
  output.progress('half')
  output.hint('strangler status')
  output.result({ a: 1 })
  expect(written.stderr).toBe('')
  expect(JSON.parse(written.stdout)).toEqual({ a: 1 })
})

test.for([
  [undefined, 'next: strangler status\n'],
  ['plans/one.ts', 'next: strangler status --plan plans/one.ts\n'],
  ["the owner's plan.ts", "next: strangler status --plan 'the owner'\\''s plan.ts'\n"],
] as const)('a hint names the plan that was named: %0', ([plan, hint]) => {
  const { written, ...pipes } = streams(false)
  createOutput(pipes, { isJson: false, useColour: false, plan }).hint('strangler status')
  expect(written.stdout).toBe(hint)
})
