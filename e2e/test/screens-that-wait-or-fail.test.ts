import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium, needsChromium } from '../src/chromium.ts'
import { type Clinic, startClinic } from '../src/clinic.ts'
import { visitAs } from '../src/visitor.ts'

/** The machine may be busy; nothing here is about how fast it is. */
const patience = { timeout: 20_000 }
/** What a screen shows: not who somebody is, without which there is none. */
const content = /\/api\/(?!auth\/)/

describe('screens', () => {
  const opened = new AsyncDisposableStack()
  let clinic: Clinic
  let browser: Browser

  beforeAll(async () => {
    if (!hasChromium) return
    clinic = opened.use(await startClinic())
    browser = opened.use(await launchChromium())
  }, 180_000)
  beforeEach(({ skip }) => skip(!hasChromium, needsChromium))
  afterAll(() => opened[Symbol.asyncDispose](), 60_000)

  test('each shows that it waits, then what it cannot have, and has it when that is tried again', async () => {
    const visitor = await visitAs(browser, clinic.url, 'admin')
    const { page } = visitor
    const paths = ['dashboard', 'calendar', 'patients', 'patients/1', 'inventory/items', 'owners']
    for (const path of [...paths, 'inbox/messages', 'reports/revenue', 'admin/audit']) {
      const name = path.replaceAll(/\W+/g, '-')
      const down = Promise.withResolvers<void>()
      await page.route(content, async (route) => {
        await down.promise
        await route.abort()
      })
      await page.goto(`/${path}`)
      const waits = page.getByRole('status', { name: /^Loading/ })
      await visitor.lookHere(`${name}-waits`, waits.first())
      down.resolve()
      const again = page.getByRole('alert').getByRole('button', { name: 'Try again' })
      await visitor.lookHere(`${name}-failed`, again.first())
      await page.unroute(content)
      // What two parts of a screen share comes back for both, and takes the other's button away.
      for (const button of await again.elementHandles()) await button.dispatchEvent('click')
      await expect.poll(() => again.count(), patience).toBe(0)
      await visitor.lookHere(`${name}-again`)
    }
    expect(visitor.complaints.filter((complaint) => complaint.includes('too wide'))).toEqual([])
  }, 120_000)
})
