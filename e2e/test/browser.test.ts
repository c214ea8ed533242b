import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createControlPool, readRequest, type Request, type Side } from '@strangler/core'
import { useStack } from '@strangler/local/testing'
import type pg from 'pg'
import { type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium, needsChromium } from '../src/chromium.ts'
import {
  artifacts,
  askToSwitch,
  endPause,
  inProxy,
  seededPassword,
  startSystem,
  type System,
} from '../src/index.ts'

/*
 * Somebody at the reception works on while the patients move to the service and back: one login, pages that are
 * never loaded again, a console without a complaint. Whichever log the streams are read from.
 */

/** The machine may be busy; nothing here is about how fast it is. */
const patience = { timeout: 20_000 }

describe.each(['pgoutput', 'debezium'] as const)('in a browser, with streams from %s', (log) => {
  const stack = log === 'debezium' ? useStack() : undefined
  const opened = new AsyncDisposableStack()
  const complaints: string[] = []
  const logins: string[] = []
  let system: System
  let control: pg.Pool
  let page: Page
  let secondTab: Page
  let pet: { id: number; name: string; microchip: string }
  let picture = 0

  beforeAll(async () => {
    if (!hasChromium || stack?.missing !== undefined) return
    const elsewhere = stack && { KAFKA_BROKERS: stack.brokers, CONNECT_URL: stack.connectUrl }
    system = opened.use(
      await startSystem({ name: `browser-${log}`, log, ...(elsewhere && { elsewhere }) }),
    )
    await system.strangler('sync', 'start', 'patients')
    // Kafka and Connect stay, for others.
    opened.defer(async () => void (await system.strangler('sync', 'stop', 'patients', '--drop')))
    control = opened.adopt(
      createControlPool(system.parts.environment['CONTROL_URL']!, 'browser'),
      (used) => used.end(),
    )
    const browser: Browser = await launchChromium()
    opened.defer(() => browser.close())
    const profile = await browser.newContext({
      baseURL: system.url,
      viewport: { width: 1280, height: 900 },
    })
    page = await profile.newPage()
    secondTab = await profile.newPage()
    for (const tab of [page, secondTab]) listen(tab)
    const { rows } = await system.legacy.query<typeof pet>(
      `select pets.id, name, microchip from pets join owners on owners.id = owner_id
       where clinic_id = 1 and deleted_at is null and microchip is not null order by pets.id limit 1`,
    )
    pet = rows[0]!
  }, 180_000)
  beforeEach(({ skip, onTestFailed }) => {
    skip(!hasChromium, needsChromium)
    onTestFailed(() => shoot('failed'))
  })
  afterAll(() => opened[Symbol.asyncDispose](), 60_000)

  test('somebody logs in and finds a patient', async () => {
    await page.goto('/')
    await page.evaluate('globalThis.neverLoadedAgain = true')
    await page.getByLabel('E-mail address', { exact: true }).fill('reception@petsphere.test')
    await page.getByLabel('Password', { exact: true }).fill(seededPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Patients' })
      .click()
    await page.getByRole('searchbox', { name: 'Search patients' }).fill(pet.microchip)
    await page
      .getByRole('table', { name: 'Patients' })
      .getByRole('link', { name: pet.name })
      .click()
    await expect
      .poll(() => page.getByRole('heading', { level: 1, name: pet.name }).isVisible(), patience)
      .toBe(true)
    await shoot('found')
    await secondTab.goto(`/patients/${pet.id}`)
    await secondTab.evaluate('globalThis.neverLoadedAgain = true')
    expect(await secondTab.getByRole('heading', { level: 1, name: pet.name }).innerText()).toBe(
      pet.name,
    )
  })

  test('before the switch a pet is changed and a visit booked', async () => {
    expect(await work('before', 'legacy')).toEqual({ visits: 1, colour: 'brown before' })
  })

  describe.each(['extracted', 'legacy'] as const)('when the patients move to the %s side', (to) => {
    test('what is saved while writes are held is saved a moment later by the new owner, and visits are booked meanwhile', async () => {
      const colour = `held ${to}`
      await openEditor(colour)
      const request = await beginSwitch(to)
      await page.getByRole('button', { name: 'Save' }).click()
      await expect.poll(async () => (await inProxy(system)).held, patience).toBe(1)
      await shoot(`${to}-held`)
      expect(await book(secondTab, `A look while held ${to}`)).toBe(1)
      await endPause(control, request)
      await saved()
      await expect
        .poll(async () => (await readRequest(control, request.id))?.state, patience)
        .toBe('done')
      expect(await colourOn(to)).toBe(colour)
    })

    test('afterwards a pet is changed and a visit booked', async () => {
      expect(await work(`on ${to}`, to)).toEqual({ visits: 1, colour: `brown on ${to}` })
    })
  })

  test('nobody had to log in again, the page was never loaded again, and the console is clean', async () => {
    for (const tab of [page, secondTab]) {
      expect(await tab.evaluate('globalThis.neverLoadedAgain')).toBe(true)
    }
    expect(logins).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  function listen(tab: Page): void {
    tab.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text())
    })
    tab.on('pageerror', (error) => complaints.push(String(error)))
    tab.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
    tab.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`)
    })
    tab.on('request', (request) => {
      if (request.url().endsWith('/api/auth/login')) logins.push(request.url())
    })
  }

  /** Changes the pet's colour and books a visit for it; returns what the databases then hold. */
  async function work(
    when: string,
    owner: Side,
  ): Promise<{ visits: number; colour: string | undefined }> {
    const colour = `brown ${when}`
    await openEditor(colour)
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    const stored = await colourOn(owner)
    const visits = await book(page, `A look ${when}`)
    await shoot(when)
    return { visits, colour: stored }
  }

  async function openEditor(colour: string): Promise<void> {
    await page.bringToFront()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: `Edit ${pet.name}` })
    await dialog.getByLabel('Colour').fill(colour)
  }

  async function saved(): Promise<void> {
    await page.bringToFront()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText(`${pet.name} is saved.`).last().waitFor()
  }

  async function book(tab: Page, reason: string): Promise<number> {
    await tab.bringToFront() // A tab in the background is slow.
    await tab.getByRole('button', { name: 'Book appointment' }).click()
    const dialog = tab.getByRole('dialog', { name: 'Book appointment' })
    const times = dialog.getByRole('group', { name: 'Free times' }).getByRole('radio')
    const nextDay = dialog.getByRole('button', { name: 'Next free day' })
    await times.first().or(nextDay).first().waitFor({ state: 'attached' })
    if (await nextDay.isVisible()) await nextDay.click()
    // The tabs take times from both ends, for neither is told what the other has taken.
    const free = tab === page ? times.first() : times.last()
    await free.check({ force: true })
    await dialog.getByLabel('Reason').fill(reason)
    await dialog.getByRole('button', { name: 'Book', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    const sql = 'select count(*)::int as count from appointments where pet_id = $1 and reason = $2'
    const { rows } = await system.legacy.query<{ count: number }>(sql, [pet.id, reason])
    return rows[0]!.count
  }

  /** Begins a switch that waits, while writes are held, until it is told to go on. */
  async function beginSwitch(to: Side): Promise<Request> {
    const before = `sequences ${to}`
    const request = await askToSwitch(control, to, { before, ms: 6000 })
    const step = async () => (await readRequest(control, request.id))?.progress.step
    await expect.poll(step, patience).toBe(before)
    return request
  }

  async function colourOn(side: Side): Promise<string | undefined> {
    const { rows } =
      side === 'legacy'
        ? await system.legacy.query<{ colour: string }>(
            "select attributes ->> 'color' as colour from pets where id = $1",
            [pet.id],
          )
        : await system.patient.query<{ colour: string }>(
            'select coat_color as colour from animals where animal_id = $1',
            [pet.id],
          )
    return rows[0]?.colour
  }

  async function shoot(name: string): Promise<void> {
    const folder = join(artifacts, 'browser', log)
    await mkdir(folder, { recursive: true })
    picture += 1
    const path = join(folder, `${picture}-${name.replaceAll(' ', '-')}.png`)
    await page.screenshot({ path })
  }
})
