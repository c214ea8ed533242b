#!/usr/bin/env node
// Runs the command line under the Node that npm installed with the checkout, whatever Node started this.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)
const installed = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24

// Most of a short command's time would go into compiling its sources. Kept where nobody else can write.
module.enableCompileCache?.(
  fileURLToPath(new URL('../../node_modules/.cache/strangler', import.meta.url)),
)
if (isNewEnough || !existsSync(installed)) await import(main.href)
else runInstalled()

function runInstalled() {
  const args = [fileURLToPath(main), ...process.argv.slice(2)]
  // By the channel it learns of it when this process is killed.
  const child = spawn(installed, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (!signal) return process.exit(code ?? 1)
    process.removeAllListeners(signal) // Else this process would take its own signal for one to pass on.
    process.kill(process.pid, signal)
  })
}
