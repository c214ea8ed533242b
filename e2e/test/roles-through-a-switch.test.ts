import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createControlPool, readRequest, type Request, type Side } from '@strangler/core'
import type pg from 'pg'
import { type Browser, type Download } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium, needsChromium } from '../src/chromium.ts'
import { addSpecies, book, colour, vaccinate } from '../src/hands.ts'
import {
  askToSwitch,
  type Client,
  endPause,
  inProxy,
  signIn,
  startSystem,
  type System,
} from '../src/index.ts'
import { type Throttle, throttle } from '../src/throttle.ts'
import { visitAs, type Visitor } from '../src/visitor.ts'

/*
 * All four roles are at work while the patients move to the service and back: each signs in once and never loads
 * a page again, what they save while writes are held is saved by the new owner, their inboxes go on listening, and
 * files that are on their way up and down arrive whole.
 */

/** The machine may be busy; nothing here is about how fast it is. */
const patience = { timeout: 30_000 }
const fileSize = 8_000_000
/** Bytes a second at which a file takes minutes, unless it is set free. */
const slow = 60_000

describe('all roles at work', () => {
  const opened = new AsyncDisposableStack()
  let system: System
  let control: pg.Pool
  let desk: Client
  let pet: { id: number; name: string }
  let reception: Visitor
  let vet: Visitor
  let owner: Visitor
  let admin: Visitor
  let uploading: Throttle
  let downloading: Throttle
  let folder: string
  const everybody = () => [reception, vet, owner, admin]

  beforeAll(async () => {
    if (!hasChromium) return
    folder = await mkdtemp(join(tmpdir(), 'roles-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    system = opened.use(await startSystem({ name: 'roles-through-a-switch' }))
    await system.strangler('sync', 'start', 'patients')
    control = opened.adopt(
      createControlPool(system.parts.environment['CONTROL_URL']!, 'roles'),
      (used) => used.end(),
    )
    desk = await signIn(system.url, 'admin@petsphere.test')
    const { rows } = await system.legacy.query<typeof pet>(
      `select pets.id, name from pets join owners on owners.id = owner_id
       where owners.email = 'owner@petsphere.test' and clinic_id = 1 and deleted_at is null
       order by pets.id limit 1`,
    )
    pet = rows[0]!
    const browser: Browser = await launchChromium()
    opened.defer(() => browser.close())
    const as = (role: string) => visitAs(browser, system.url, role)
    reception = await as('reception')
    vet = await as('vet')
    owner = await as('owner')
    admin = await as('admin')
    uploading = await throttle(reception.page)
    downloading = await throttle(vet.page)
    for (const { page } of everybody()) await page.evaluate('globalThis.neverLoadedAgain = true')
  }, 180_000)
  beforeEach(({ skip, onTestFailed }) => {
    skip(!hasChromium, needsChromium)
    onTestFailed(async () => {
      for (const visitor of everybody()) await visitor?.shoot('through-a-switch-failed')
    })
  })
  afterAll(() => opened[Symbol.asyncDispose](), 60_000)

  test('before a switch each role does its work', async () => {
    for (const visitor of [reception, vet, owner]) await findPet(visitor)
    await admin.go('Administration')
    await admin.page.getByRole('link', { name: 'Species' }).click()
    await work('before')
    expect(await stored('before', 'legacy')).toEqual(everything)
    await hears('before')
  })

  describe.each(['extracted', 'legacy'] as const)(
    'while the patients move to the %s side',
    (to) => {
      const from: Side = to === 'extracted' ? 'legacy' : 'extracted'

      test('what each role saves while writes are held is saved by the new owner', async () => {
        const before = `sequences ${to}`
        const word = `held-${to}`
        const save = await prepare(word)
        const request = await askToSwitch(control, to, { before, ms: 6000 })
        await expect.poll(async () => (await look(request)).progress.step, patience).toBe(before)
        const saving = save()
        await expect.poll(async () => (await inProxy(system)).held, patience).toBe(3)
        await hears(word)
        await endPause(control, request)
        await saving
        await expect.poll(async () => (await look(request)).state, patience).toBe('done')
        expect(await stored(word, to)).toEqual(everything)
      })

      test('afterwards each role works on, and hears what is new without asking', async () => {
        await work(`on-${to}`)
        expect(await stored(`on-${to}`, to)).toEqual(everything)
        await hears(`on-${to}`)
        await system.strangler('switch', 'patients', '--to', from)
      })

      test('a file on its way up is waited for, one on its way down is not, and both arrive whole', async () => {
        const kept = await attach(`kept-${to}.bin`)
        const download = await beginDownload(kept)
        const sent = await beginUpload(`sent-${to}.bin`)
        const request = await askToSwitch(control, to)
        const held = { inFlight: 1, view: { open: false, owner: from } }
        await expect.poll(() => inProxy(system), patience).toMatchObject(held)
        await uploading.set({})
        await expect.poll(async () => (await look(request)).state, patience).toBe('done')
        expect(download.isOver()).toBe(false)
        await downloading.set({})
        expect(digest(await readFile(await (await download.file).path()))).toBe(
          digest(kept.content),
        )
        await uploaded(sent)
        expect(await storedDigest(sent.name, to)).toBe(digest(sent.content))
        await expect.poll(() => storedDigest(sent.name, from), patience).toBe(digest(sent.content))
      }, 90_000)
    },
  )

  test('a file that takes longer than a switch may wait has the switch undone, and is whole', async () => {
    const sent = await beginUpload('slow.bin')
    const request = await askToSwitch(control, 'extracted')
    await expect.poll(async () => (await look(request)).state, patience).toBe('failed')
    const { result } = await look(request)
    expect(result?.message).toContain('"patients" stays on the legacy side')
    expect(result?.reasons?.join()).toMatch(
      /did not finish its writes in time; .* 1 were under way/,
    )
    const open = { inFlight: 1, view: { open: true, owner: 'legacy' } }
    await expect.poll(() => inProxy(system), patience).toMatchObject(open)
    await uploading.set({})
    await uploaded(sent)
    expect(await storedDigest(sent.name, 'legacy')).toBe(digest(sent.content))
    await system.strangler('switch', 'patients', '--to', 'extracted')
    expect(await storedDigest(sent.name, 'extracted')).toBe(digest(sent.content))
  }, 90_000)

  test('no page was loaded again, no inbox was cut off, and no console has a complaint', async () => {
    for (const { page, sockets, complaints } of everybody()) {
      expect(await page.evaluate('globalThis.neverLoadedAgain')).toBe(true)
      expect(sockets.map((socket) => socket.isClosed())).toEqual([false])
      expect(complaints).toEqual([])
    }
  })

  async function findPet({ page, go }: Visitor): Promise<void> {
    const isOwner = page === owner.page
    await go(isOwner ? 'My pets' : 'Patients')
    const search = page.getByRole('searchbox', { name: 'Search patients' })
    if (!isOwner) await search.fill(pet.name)
    const link = page
      .getByRole('table', { name: 'Patients' })
      .locator(`a[href="/patients/${pet.id}"]`)
    await link.click()
    await page.getByRole('heading', { level: 1, name: pet.name }).waitFor()
  }

  async function work(word: string): Promise<void> {
    const save = await prepare(word)
    await save()
  }

  /** Everybody fills a form; what is returned saves them all at the same time, and ends when each says so. */
  async function prepare(word: string): Promise<() => Promise<void>> {
    const saves = await Promise.all([
      colour(reception.page, pet.name, word),
      vaccinate(vet.page, word),
      addSpecies(admin.page, word),
    ])
    return async () => {
      await Promise.all([...saves.map((save) => save()), book(owner.page, `A look ${word}`)])
    }
  }

  /** What was saved under a word: by the reception, the vet, the admin and the owner. */
  async function stored(word: string, side: Side): Promise<object> {
    const sql =
      side === 'legacy'
        ? `select (select attributes ->> 'color' from pets where id = $1) = $2 as colour,
             exists (select from vaccinations where pet_id = $1 and vaccine = $2) as vaccination,
             exists (select from species where code = $2) as species`
        : `select (select coat_color from animals where animal_id = $1) = $2 as colour,
             exists (select from immunizations where animal_id = $1 and vaccine = $2) as vaccination,
             exists (select from kinds where code = $2) as species`
    const database = side === 'legacy' ? system.legacy : system.patient
    const { rows } = await database.query<object>(sql, [pet.id, word])
    const visits = await system.legacy.query(
      'select from appointments where pet_id = $1 and reason = $2',
      [pet.id, `A look ${word}`],
    )
    return { ...rows[0], visits: visits.rowCount }
  }

  /** Somebody is told something, and it shows in the inbox that everybody has open or a click away. */
  async function hears(word: string): Promise<void> {
    const told = owner.page.getByRole('status').getByText(`Order soon: ${word}`)
    const { rows } = await system.legacy.query<{ id: number }>(
      "select id from users where email = 'owner@petsphere.test'",
    )
    const json = { userIds: [rows[0]!.id], template: 'stock-low', data: { item: word } }
    await desk.must('POST /api/notifications', { json })
    await told.first().waitFor(patience)
  }

  const look = async ({ id }: Request): Promise<Request> => (await readRequest(control, id))!

  interface Sent {
    readonly name: string
    readonly content: Buffer<ArrayBuffer>
  }

  /** Puts a file with the pet, past the browser. */
  async function attach(name: string): Promise<Sent> {
    const content = randomBytes(fileSize)
    const path = `/api/pets/${pet.id}/attachments?filename=${name}`
    await desk.must(`POST ${path}`, { body: content, type: 'application/octet-stream' })
    return { name, content }
  }

  /** The vet fetches a file, so slowly that it is far from done when this resolves. */
  async function beginDownload({
    name,
  }: Sent): Promise<{ file: Promise<Download>; isOver(): boolean }> {
    const { page, go } = vet
    await go('Patients')
    await findPet(vet)
    const button = page.getByRole('button', { name: `Download ${name}` })
    await button.waitFor(patience)
    await downloading.set({ down: slow })
    let isOver = false
    const file = page.waitForEvent('download', { timeout: 80_000 })
    void file.then(() => (isOver = true))
    const answered = page.waitForResponse((answer) => /attachments\/\d+$/.test(answer.url()))
    await button.click()
    await answered
    return { file, isOver: () => isOver }
  }

  /** The reception sends a file, so slowly that it is far from done when this resolves. */
  async function beginUpload(name: string): Promise<Sent> {
    const content = randomBytes(fileSize)
    const path = join(folder, name)
    await writeFile(path, content)
    const { page } = reception
    await page.getByRole('button', { name: 'Upload file' }).click()
    const dialog = page.getByRole('dialog', { name: 'Upload file' })
    await dialog.getByLabel('File', { exact: true }).setInputFiles(path)
    await uploading.set({ up: slow })
    await dialog.getByRole('button', { name: 'Upload' }).click()
    await expect.poll(async () => (await inProxy(system)).inFlight, patience).toBe(1)
    return { name, content }
  }

  async function uploaded({ name }: Sent): Promise<void> {
    const { page } = reception
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience })
    await page.getByRole('list', { name: 'Attachments' }).getByText(name).waitFor(patience)
  }

  async function storedDigest(name: string, side: Side): Promise<string | undefined> {
    const [database, sql] =
      side === 'legacy'
        ? [
            system.legacy,
            'select content as bytes from attachments where pet_id = $1 and filename = $2',
          ]
        : [
            system.patient,
            'select body as bytes from documents where animal_id = $1 and filename = $2',
          ]
    const { rows } = await database.query<{ bytes: Buffer }>(sql, [pet.id, name])
    return rows[0] && digest(rows[0].bytes)
  }
})

const everything = { colour: true, vaccination: true, species: true, visits: 1 }

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
