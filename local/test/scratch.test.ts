import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeAbandoned } from '../src/testing/scratch.ts'

test('what a run left that is gone is removed, and nothing else', ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux tells in /proc who runs, and has such a folder')
  const memory = mkdtempSync(join(tmpdir(), 'scratch-'))
  onTestFinished(() => rmSync(memory, { recursive: true }))
  const { pid: gone } = spawnSync('true')
  const kept = [`strangler-tests-${process.pid}-runs`, `another-${gone}-x`]
  for (const name of [...kept, `strangler-tests-${gone}-x`]) {
    mkdirSync(join(memory, name, 'database'), { recursive: true })
  }
  removeAbandoned(memory)
  expect(readdirSync(memory).toSorted()).toEqual(kept.toSorted())
})
