import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page, WebSocket } from 'playwright-core'
import { artifacts, seededPassword } from './index.ts'

export const widths = { wide: 1280, narrow: 390 } as const

/** Somebody at a browser of their own, and all that it complained of. */
export interface Visitor {
  readonly page: Page
  readonly complaints: readonly string[]
  /** Every WebSocket that the page opened, also those that are closed. */
  readonly sockets: readonly WebSocket[]
  /** Goes to a place by the main navigation, which loads no page. */
  go(place: string): Promise<void>
  /** Goes to an address and looks at it. */
  look(path: string, name: string): Promise<void>
  /**
   * Keeps a picture of what is there at each width, once nothing is loading or what is waited for instead is seen; it
   * must not be too wide.
   */
  lookHere(name: string, seen?: Locator): Promise<void>
  /** Keeps a picture of what is there now. */
  shoot(name: string): Promise<void>
}

/** @param name begins the names of the pictures. */
export async function visit(browser: Browser, url: string, name: string): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: widths.wide, height: 860 },
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const sockets: WebSocket[] = []
  page.on('websocket', (socket) => sockets.push(socket))
  page.on('console', (said) => {
    if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.url()}: ${answer.status()}`)
  })
  const visitor: Visitor = {
    page,
    complaints,
    sockets,
    async go(place) {
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: place })
        .click()
    },
    async look(path, name) {
      await page.goto(path)
      await visitor.lookHere(name)
    },
    async lookHere(name, seen) {
      for (const [size, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: 860 })
        await (seen ? seen.waitFor() : loaded(page))
        const over = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        if (over > 0) complaints.push(`${page.url()} is ${over} pixels too wide at ${width}`)
        await visitor.shoot(`${name}-${size}`)
      }
      await page.setViewportSize({ width: widths.wide, height: 860 })
    },
    async shoot(picture) {
      const folder = join(artifacts, 'screens')
      await mkdir(folder, { recursive: true })
      await page.screenshot({ path: join(folder, `${name}-${picture}.png`) })
    },
  }
  return visitor
}

/** Somebody whom the seed made, who has signed in. */
export async function visitAs(browser: Browser, url: string, role: string): Promise<Visitor> {
  const visitor = await visit(browser, url, role)
  await visitor.page.goto('/')
  await signIn(visitor, `${role}@petsphere.test`, seededPassword)
  await visitor.page.getByRole('navigation', { name: 'Main' }).waitFor()
  return visitor
}

/** Signs in as people do who use no mouse. */
export async function signIn({ page }: Visitor, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address', { exact: true }).focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
}

/** A level 1 heading is there, and nothing says that it is loading or could not be loaded. */
async function loaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
  await page.waitForFunction(
    "!document.querySelector('.loading, .loaded.previous') && document.fonts.status === 'loaded'",
  )
}
