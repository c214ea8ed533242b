import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Clinic, startClinic } from '../src/clinic.ts'
import { visitAs, type Visitor, widths } from '../src/visitor.ts'

/*
 * A day at the clinic, on the monolith alone: each role does what it is there for, in a real browser, and sees every
 * screen that it has. What one leaves behind is what the next works with.
 */

const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
)
/** The machine may be busy; nothing here is about how fast it is. */
const patience = { timeout: 20_000 }
const needed = 'needs Chromium: install it, or set CHROMIUM_PATH'

describe('a day at the clinic', () => {
  const opened = new AsyncDisposableStack()
  let clinic: Clinic
  let browser: Browser
  let pet: { id: number; name: string }
  let reception: Visitor
  let vet: Visitor
  let owner: Visitor
  let admin: Visitor

  beforeAll(async () => {
    if (!executablePath) return
    clinic = opened.use(await startClinic())
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    opened.defer(() => browser.close())
    const { rows } = await clinic.pool.query<typeof pet>(
      `select pets.id, name from pets join owners on owners.id = owner_id
       where owners.email = 'owner@petsphere.test' and clinic_id = 1 and deleted_at is null
       order by pets.id limit 1`,
    )
    pet = rows[0]!
    const as = (role: string) => visitAs(browser, clinic.url, role)
    ;[reception, vet, owner, admin] = [
      await as('reception'),
      await as('vet'),
      await as('owner'),
      await as('admin'),
    ]
  }, 180_000)
  beforeEach(({ skip, onTestFailed }) => {
    skip(executablePath === undefined, needed)
    onTestFailed(async () => {
      for (const visitor of [reception, vet, owner, admin]) await visitor?.shoot('failed')
    })
  })
  afterAll(() => opened[Symbol.asyncDispose](), 60_000)

  test('the reception books a visit, and the owner hears of it at once', async () => {
    const connected = owner.page.waitForEvent('websocket')
    await owner.page.goto('/inbox')
    await connected
    await reception.page.goto(`/patients/${pet.id}`)
    await book(reception.page, 'Limping again')
    const inbox = owner.page.getByRole('list', { name: 'Inbox' })
    await inbox.getByText(pet.name).first().waitFor(patience)
    expect(await inbox.getByText('New').count()).toBeGreaterThan(0)
  })

  test('the reception drags the visit to another time of the day, and takes it back', async () => {
    const visit = await lastVisit()
    const { page } = reception
    // The whole day at once: nothing has to be scrolled while something is held.
    await page.setViewportSize({ width: widths.wide, height: 1500 })
    await page.goto(`/calendar?day=${visit.day}&vet=${visit.vet}&cancelled=hidden`)
    const block = page.getByRole('button', { name: new RegExp(`^${visit.clock}–.*${pet.name}`) })
    await block.waitFor()
    const target = page.locator(`[data-column="${visit.day}/${visit.vet}"] .slot`).last()
    await target.waitFor()
    await drag(page, block, target)
    await page.getByText(`${pet.name} is moved to`).waitFor()
    expect((await lastVisit()).clock).not.toBe(visit.clock)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await lastVisit()).clock, patience).toBe(visit.clock)
    await page.setViewportSize({ width: widths.wide, height: 860 })
  })

  test('the reception checks the patient in and puts a file with it, which comes back as it was', async () => {
    const { page } = reception
    await page.goto(`/patients/${pet.id}`)
    const visits = page.getByRole('list', { name: 'Appointments' })
    await visits.getByRole('button', { name: await visitNamed('booked') }).click()
    await page.getByRole('button', { name: 'Check in' }).click()
    await page.getByText(`${pet.name} is checked in.`).waitFor()
    const content = Buffer.from('%PDF-1.7 a letter of the vet before')
    await page.getByRole('button', { name: 'Upload file' }).click()
    const dialog = page.getByRole('dialog', { name: 'Upload file' })
    const file = { name: 'letter of the vet.pdf', mimeType: 'application/pdf', buffer: content }
    await dialog.getByLabel('File', { exact: true }).setInputFiles(file)
    await dialog.getByRole('button', { name: 'Upload' }).click()
    await dialog.waitFor({ state: 'detached' })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download letter of the vet.pdf' }).click()
    expect(await readFile(await (await download).path())).toEqual(content)
  })

  test('the reception orders what runs low, and takes it in', async () => {
    const { page } = reception
    await page.goto('/inventory/orders')
    await page.getByRole('button', { name: 'New order' }).click()
    const dialog = page.getByRole('dialog', { name: 'New order' })
    await choose(dialog, 'Item', 'Gauze')
    await dialog.getByLabel('Quantity').fill('100')
    await dialog.getByLabel('Cost of one').fill('0.125')
    await dialog.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('12.50').first().waitFor()
    await step(page, 'Order', 'is ordered.')
    await step(page, 'Receive', 'is in stock.')
    const { rows } = await clinic.pool.query<{ quantity: string }>(
      `select quantity from stock_movements where kind = 'received' order by id desc limit 1`,
    )
    expect(Number(rows[0]!.quantity)).toBe(100)
  })

  test('the vet writes down what was found and given, and it is in the history', async () => {
    const { page } = vet
    await page.goto(`/patients/${pet.id}`)
    const visits = page.getByRole('list', { name: 'Appointments' })
    await visits.getByRole('button', { name: await visitNamed('checked in') }).click()
    await page.getByRole('button', { name: 'Complete visit' }).click()
    const dialog = page.getByRole('dialog', { name: `Complete ${pet.name}` })
    await dialog.getByLabel('Findings').fill('Limps on the left')
    await dialog.getByLabel('Diagnosis').fill('Sprain of the wrist')
    await dialog.getByLabel('Temperature (°C)').fill('38,6')
    await dialog.getByRole('button', { name: 'Given from stock' }).click()
    await choose(dialog, 'Item', 'Gauze')
    await dialog.getByRole('button', { name: 'Complete visit' }).click()
    await page.getByText(`The visit of ${pet.name} is completed.`).waitFor()
    const entry = page.getByRole('list', { name: 'History' }).getByRole('listitem').first()
    await entry.getByRole('heading', { name: 'Sprain of the wrist' }).waitFor()
    expect(await entry.innerText()).toContain('Temperature 38.6 °C')
    expect(await entry.innerText()).toContain('Gauze')
    expect((await lastVisit()).status).toBe('completed')
  })

  test('the owner sees their own animals only, and no screen of the staff', async () => {
    const { page } = owner
    await page.goto('/patients')
    const { rows } = await clinic.pool.query<{ name: string }>(
      `select name from pets join owners on owners.id = owner_id
       where owners.email = 'owner@petsphere.test' and deleted_at is null`,
    )
    const links = page.getByRole('table', { name: 'Patients' }).getByRole('link')
    await links.first().waitFor()
    const shown = await links.allInnerTexts()
    expect(shown.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
    const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
    const texts = (await places.allInnerTexts()).map((text) => text.replace(/\s*\d+$/, ''))
    expect(texts).toEqual(['My pets', 'Appointments', 'Inbox'])
    for (const path of ['/dashboard', '/inventory/items', '/admin/users', '/owners']) {
      await page.goto(path)
      await page.getByText('This page is not for your role').waitFor()
    }
  })

  test('the admin lets somebody in, sets their hours, and finds what happened in the log', async () => {
    const { page } = admin
    await page.goto('/admin/users')
    await page.getByRole('button', { name: 'New user' }).click()
    const dialog = page.getByRole('dialog', { name: 'New user' })
    await dialog.getByLabel('Name', { exact: false }).first().fill('Nora Newman')
    await dialog.getByLabel('E-mail address').fill('nora@petsphere.test')
    await dialog.getByLabel('Role').selectOption('veterinarian')
    await dialog.getByLabel('Password').fill('a long enough one')
    await dialog.getByRole('button', { name: 'Add user' }).click()
    await page.getByText('Nora Newman is saved.').waitFor()
    await page.goto('/admin/hours')
    await page.getByRole('button', { name: 'Edit hours of Nora Newman' }).click()
    await page.getByRole('button', { name: 'Add hours on Monday' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The hours of Nora Newman are saved.').waitFor()
    const row = page.getByRole('row', { name: /Nora Newman/ })
    expect(await row.innerText()).toContain('09:00–17:00')
    await page.goto('/admin/audit?actor=vet%40petsphere.test')
    await page.getByRole('table', { name: 'Audit log' }).getByText('Added').first().waitFor()
  })

  test('the admin takes the revenue home as a file', async () => {
    const { page } = admin
    await page.goto('/reports/exports')
    await page.getByRole('button', { name: 'New export' }).click()
    const dialog = page.getByRole('dialog', { name: 'New export' })
    await dialog.getByLabel('Format').selectOption('csv')
    await dialog.getByRole('button', { name: 'Make export' }).click()
    await dialog.waitFor({ state: 'detached' })
    const download = page.waitForEvent('download')
    await page
      .getByRole('button', { name: /^Download revenue-.*csv$/ })
      .first()
      .click()
    const text = await readFile(await (await download).path(), 'utf8')
    expect(text.split('\r\n')[0]).toContain('Month')
  })

  test('every screen of every role fits at both widths, and no console has a complaint', async () => {
    const screens: readonly (readonly [Visitor, readonly string[]])[] = [
      [reception, ['dashboard', 'calendar', 'calendar?view=day', 'patients', `patients/${pet.id}`]],
      [reception, ['owners', 'inbox/messages']],
      [vet, [`patients/${pet.id}`]],
      [
        owner,
        ['patients', `patients/${pet.id}`, 'calendar', 'inbox/messages', 'inbox/preferences'],
      ],
      [admin, ['inventory/items', 'inventory/items/1', 'inventory/orders', 'inventory/orders/1']],
      [admin, ['inventory/suppliers', 'inventory/usage']],
      [admin, ['admin/users', 'admin/clinics', 'admin/services', 'admin/hours', 'admin/species']],
      [admin, ['admin/messages', 'admin/audit', 'reports/revenue', 'reports/vaccinations']],
      [admin, ['reports/work', 'reports/exports']],
    ]
    await Promise.all(
      [reception, vet, owner, admin].map(async (who) => {
        for (const [visitor, paths] of screens) {
          if (visitor !== who) continue
          for (const path of paths) await visitor.look(`/${path}`, path.replaceAll(/\W+/g, '-'))
        }
      }),
    )
    for (const visitor of [reception, vet, owner, admin]) expect(visitor.complaints).toEqual([])
  }, 120_000)

  /** What the visit is called in the list of the pet's page. */
  async function visitNamed(status: string): Promise<RegExp> {
    const { dayOfMonth, clock } = await lastVisit()
    return new RegExp(`^\\w+, ${dayOfMonth} .*, ${clock}–.*, ${status}$`)
  }

  async function lastVisit() {
    const { rows } = await clinic.pool.query<{
      day: string
      dayOfMonth: string
      clock: string
      vet: number
      status: string
    }>(
      `select to_char(lower(during) at time zone 'Europe/London', 'YYYY-MM-DD') as day,
         to_char(lower(during) at time zone 'Europe/London', 'FMDD') as "dayOfMonth",
         to_char(lower(during) at time zone 'Europe/London', 'HH24:MI') as clock, vet_id as vet, status
       from appointments where pet_id = $1 order by id desc limit 1`,
      [pet.id],
    )
    return rows[0]!
  }
})

type Within = Pick<Page, 'getByLabel' | 'getByRole'>

/** Books the first free time there is, tomorrow or later. */
async function book(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Book appointment' }).click()
  const dialog = page.getByRole('dialog', { name: 'Book appointment' })
  const times = dialog.getByRole('group', { name: 'Free times' }).getByRole('radio')
  const nextDay = dialog.getByRole('button', { name: 'Next free day' })
  await times.first().or(nextDay).first().waitFor({ state: 'attached' })
  if (await nextDay.isVisible()) await nextDay.click()
  await times.first().check({ force: true })
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Book', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Types into a box that offers what fits, and takes the first of it. */
async function choose(within: Within, label: string, text: string): Promise<void> {
  await within.getByRole('combobox', { name: label }).fill(text)
  await within.getByRole('listbox').getByRole('option', { name: text }).first().click()
}

async function step(page: Page, action: string, said: string): Promise<void> {
  await page.getByRole('button', { name: action, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
  await page.getByText(said).last().waitFor()
}

async function drag(
  page: Page,
  from: ReturnType<Page['getByRole']>,
  to: ReturnType<Page['locator']>,
): Promise<void> {
  const start = (await from.boundingBox())!
  const end = (await to.boundingBox())!
  await page.mouse.move(start.x + start.width / 2, start.y + 4)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width / 2, end.y + 5, { steps: 8 })
  await page.mouse.up()
}
