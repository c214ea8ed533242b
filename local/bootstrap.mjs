// Runs a program of the checkout under the Node that the lock file names, and installs first what is missing.
// Plain JavaScript, because whatever Node the machine has runs this file: `node local/bootstrap.mjs FILE [ARGUMENT...]`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules/.package-lock.json')
const node = join(root, 'node_modules/.bin/node')

if (!isInstalled()) install()
run()

/** By content, not by time: every package of the lock file lies there in that version. */
function isInstalled() {
  if (!existsSync(node) || !existsSync(installed)) return false
  const there = packagesOf(installed)
  return Object.entries(packagesOf(lock)).every(
    ([path, { version, optional }]) =>
      !path.includes('node_modules/') || optional || there[path]?.version === version,
  )
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

function install() {
  console.log(
    'Installing what package-lock.json names, with npm ci; the first time takes a minute or two.',
  )
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const { status } = spawnSync(
    command,
    [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (status === 0) return
  console.error('npm ci failed; see above. Once the cause is gone, the same command goes on.')
  process.exit(status ?? 1)
}

function run() {
  const [file, ...rest] = process.argv.slice(2)
  // kafkajs sets timers for times that have passed; nobody who reads this can do anything about it.
  const quiet = '--disable-warning=TimeoutNegativeWarning'
  const env = {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    // Half of what a program does until it is ready would be compiling its sources.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/strangler'),
  }
  const child = spawn(node, [quiet, resolve(root, file), ...rest], { stdio: 'inherit', env })
  // A terminal sends Ctrl-C to the child as well; sent twice it does no harm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  watchAncestors(() => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code))
}

/** npm puts a shell between itself and this process; when npm is killed, only the shell's parent changes. */
function watchAncestors(onGone) {
  const before = ancestors()
  const timer = setInterval(() => {
    if (String(ancestors()) === String(before)) return
    clearInterval(timer)
    onGone()
  }, 500)
  timer.unref()
}

function ancestors() {
  const parent = process.ppid
  if (!process.env.npm_lifecycle_event) return [parent]
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    return [parent, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]
  } catch {
    return [parent] // No /proc here, or the shell has gone: then the parent has changed, too.
  }
}
