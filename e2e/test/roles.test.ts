import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium, needsChromium } from '../src/chromium.ts'
import { type Clinic, startClinic } from '../src/clinic.ts'
import { book, choose, drag, step, tabThrough, upload } from '../src/hands.ts'
import { picture } from '../src/picture.ts'
import { signIn, visit, visitAs, type Visitor, widths } from '../src/visitor.ts'

/*
 * A day at the clinic, on the monolith alone: each role does what it is there for, in a real browser, and sees every
 * screen that it has. What one leaves behind is what the next works with.
 */

/** The machine may be busy; nothing here is about how fast it is. */
const patience = { timeout: 20_000 }

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
    if (!hasChromium) return
    clinic = opened.use(await startClinic())
    browser = await launchChromium()
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
    skip(!hasChromium, needsChromium)
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
    await upload(page, 'letter of the vet.pdf', 'application/pdf', content)
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
    await expect.poll(() => row.innerText(), patience).toContain('09:00–17:00')
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

  test('an owner looks at a picture without leaving the page, and Escape leads back to where they were', async () => {
    const { page } = vet
    await page.goto(`/patients/${pet.id}`)
    await upload(page, 'paw.png', 'image/png', picture(320, 200, [40, 130, 110]))
    await upload(page, 'broken.png', 'image/png', Buffer.from('no picture'))
    await upload(page, 'weights.csv', 'text/csv', Buffer.from('day,kg\n2026-01-05,12.4\n'))
    await owner.page.goto(`/patients/${pet.id}`)
    const opener = owner.page.getByRole('button', { name: 'Preview paw.png' })
    await opener.press('Enter')
    const dialog = owner.page.getByRole('dialog', { name: 'paw.png' })
    await dialog.getByRole('img', { name: 'paw.png' }).waitFor()
    const width = "document.querySelector('img.preview').naturalWidth"
    await expect.poll(() => owner.page.evaluate(width), patience).toBe(320)
    await owner.lookHere('preview')
    expect(await tabThrough(owner.page, 6)).toEqual(new Set(['inside']))
    await owner.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const focused = "document.activeElement.getAttribute('aria-label')"
    expect(await owner.page.evaluate(focused)).toBe('Preview paw.png')
    await owner.page.getByRole('button', { name: 'Preview weights.csv' }).click()
    await owner.page.getByRole('dialog').getByText('2026-01-05,12.4').waitFor()
    await owner.page.keyboard.press('Escape')
    await owner.page.getByRole('button', { name: 'Preview broken.png' }).click()
    await owner.page.getByRole('dialog').getByText('This picture cannot be shown').waitFor()
    await owner.page.keyboard.press('Escape')
  })

  test('somebody signs up, is let in, and gets in with the password that they changed to only', async () => {
    const newcomer = await visit(browser, clinic.url, 'newcomer')
    const { page } = newcomer
    const email = 'pat@petsphere.test'
    const said = (text: string) => page.getByRole('alert').getByText(text).waitFor()
    await newcomer.look('/login', 'login')
    await page.getByRole('link', { name: 'Sign up' }).click()
    await page.getByLabel('Name').fill('Pat Newcomer')
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByText('Password is too short.').waitFor()
    await newcomer.lookHere('signup')
    await page.getByLabel('Password', { exact: true }).fill('the first one')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByRole('heading', { name: 'Nearly done' }).waitFor()
    await newcomer.lookHere('signed-up')
    await page.getByRole('link', { name: 'Back to sign in' }).click()
    await signIn(newcomer, email, 'the first one')
    await said('This account is not active.')
    await admin.page.goto('/admin/users?role=owner')
    await admin.page.getByRole('button', { name: 'Activate Pat Newcomer' }).click()
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
    await admin.page.getByText('Pat Newcomer can sign in now.').waitFor()
    await signIn(newcomer, email, 'the first one')
    await page.getByRole('button', { name: 'Account of Pat Newcomer' }).click()
    await newcomer.shoot('account-wide')
    await page.getByRole('button', { name: 'Change password' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change password' })
    await dialog.getByLabel('Current password').fill('not the first one')
    await dialog.getByLabel('New password').fill('the second one')
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await said('The current password is wrong.')
    await newcomer.lookHere('password')
    await dialog.getByLabel('Current password').fill('the first one')
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed.').waitFor()
    await newcomer.go('Appointments')
    await page.getByRole('button', { name: 'Account of Pat Newcomer' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(newcomer, email, 'the first one')
    await said('Wrong e-mail address or password.')
    await signIn(newcomer, email, 'the second one')
    const places = page.getByRole('navigation', { name: 'Main' })
    await expect.poll(() => places.isVisible(), patience).toBe(true)
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
