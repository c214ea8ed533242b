import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const path = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(
  (one) => one !== undefined && existsSync(one),
)

/** Whether this machine has a browser. */
export const hasChromium = path !== undefined

export const needsChromium = 'needs Chromium: install it, or set CHROMIUM_PATH'

export function launchChromium(): Promise<Browser> {
  if (path === undefined) throw new Error(needsChromium)
  // Root, as in containers, may not use its sandbox.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
}
