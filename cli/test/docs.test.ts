import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exitCodes } from '../src/errors.ts'
import { run } from './harness/command.ts'

const docs = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

/** The first words and the options that a command's help lists, without those that every command has. */
async function help(...command: string[]): Promise<{ commands: string[]; options: string[] }> {
  const { stdout } = await run([...command, '--help'])
  const part = (title: string) =>
    new RegExp(`^${title}:\\n((?:  .*\\n)+)`, 'm').exec(stdout)?.[1] ?? ''
  const names = (text: string) =>
    [...text.matchAll(/^ {2}(\S.*?)(?: {2,}|$)/gm)].map(([, name]) => name!)
  return {
    commands: names(part('Commands')).map((name) => name.split(' ')[0]!),
    options: names(part('Options')).filter((name) => name !== '-h, --help'),
  }
}

async function allCommands(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const { commands } = await help()
  await Promise.all(
    commands
      .filter((name) => name !== 'help')
      .map(async (name) => {
        const own = await help(name)
        const inner = own.commands.filter((one) => one !== 'help')
        if (inner.length === 0) found.set(name, own.options)
        for (const one of inner) found.set(`${name} ${one}`, (await help(name, one)).options)
      }),
  )
  return found
}

test('docs/cli.md lists the commands that there are, each with its options', async () => {
  const written = new Map(
    docs
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const name = section.slice(0, section.indexOf('\n')).trim()
        return [name, [...section.matchAll(/^- `([^`]+)`/gm)].map(([, option]) => option!)]
      }),
  )
  const real = await allCommands()
  const sorted = (map: Map<string, string[]>) =>
    [...map].map(([name, options]) => `${name}: ${options.toSorted().join(' ')}`).toSorted()
  expect(sorted(written)).toEqual(sorted(real))
})

test('docs/cli.md names the options of all commands', async () => {
  const { options } = await help()
  for (const option of options) expect(docs).toContain(`\`${option}\``)
})

test('docs/cli.md lists every exit code', () => {
  const section = docs.slice(docs.indexOf('## Exit codes'), docs.indexOf('## Commands'))
  const written = [...section.matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code))
  expect(new Set(written)).toEqual(new Set(Object.values(exitCodes)))
})
