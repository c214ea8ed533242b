import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { artifacts, seededPassword } from './index.ts'

export const widths = { wide: 1280, narrow: 390 } as const

/** Somebody at a browser of their own, and all that it complained of. */
export interface Visitor {
  readonly page: Page
  readonly complaints: readonly string[]
  /** Goes to an address and keeps a picture of it at each width, once nothing is loading; it must not be too wide. */
  look(path: string, name: string): Promise<void>
  /** Keeps a picture of what is there now. */
  shoot(name: string): Promise<void>
}

/** Signs somebody in as people do who use no mouse. */
export async function visitAs(browser: Browser, url: string, role: string): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: widths.wide, height: 860 },
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (said) => {
    if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.url()}: ${answer.status()}`)
  })
  const shoot = async (name: string): Promise<void> => {
    const folder = join(artifacts, 'screens')
    await mkdir(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${role}-${name}.png`) })
  }
  await page.goto('/')
  await page.getByLabel('E-mail address', { exact: true }).focus()
  await page.keyboard.type(`${role}@petsphere.test`)
  await page.keyboard.press('Tab')
  await page.keyboard.type(seededPassword)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  return {
    page,
    complaints,
    shoot,
    async look(path, name) {
      await page.goto(path)
      for (const [size, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: 860 })
        await loaded(page)
        const over = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        if (over > 0) complaints.push(`${path} is ${over} pixels too wide at ${width}`)
        await shoot(`${name}-${size}`)
      }
      await page.setViewportSize({ width: widths.wide, height: 860 })
    },
  }
}

/** A level 1 heading is there, and nothing says that it is loading or could not be loaded. */
async function loaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(
    "!document.querySelector('.loading, .loaded.previous') && document.fonts.status === 'loaded'",
  )
}
