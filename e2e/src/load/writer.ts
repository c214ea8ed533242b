import { createHash } from 'node:crypto'
import type { LedgerRow } from './ledger.ts'
import { createRequests, type RequestOptions } from './requests.ts'

export interface WriterOptions extends RequestOptions {
  /** Unique among the writers of a system; part of every text that its rows are found by. */
  readonly name: string
  /** 0 to below 1. */
  random(): number
}

type Kind = 'species' | 'owners' | 'pets' | 'vaccinations' | 'attachments' | 'spares'

/** So many pets of a writer are alive at most. */
const herd = 25

const breeds = ['One', 'two, "three"']

/** Writes rows of its own, of all tables of the slice, one request after the other. */
export class Writer {
  readonly #options: WriterOptions
  readonly #requests: ReturnType<typeof createRequests>
  /** The rows that can be written. */
  readonly #live: Readonly<Record<Kind, LedgerRow[]>>
  readonly #petOf = new Map<LedgerRow, LedgerRow>()
  #count = 0

  constructor(options: WriterOptions) {
    this.#options = options
    this.#requests = createRequests(options)
    this.#live = {
      species: [],
      owners: [],
      pets: [],
      vaccinations: [],
      attachments: [],
      spares: [],
    }
  }

  /** Sends one request, whichever is drawn. */
  step(): Promise<void> {
    const { species, owners, pets } = this.#live
    if (species.length < 2) return this.#addSpecies('species')
    if (owners.length < 2) return this.#addOwner('owners')
    if (pets.length < 2) return this.#addPet()
    const draw = Math.floor(this.#options.random() * 20)
    if (draw < 3) return pets.length < herd ? this.#addPet() : this.#deletePet()
    if (draw < 6) return this.#changePet()
    if (draw < 8) return this.#swapChips()
    if (draw < 10) return this.#changeOwner()
    if (draw < 12) return this.#addVaccination()
    if (draw < 13) return this.#changeVaccination()
    if (draw < 14) return this.#delete('vaccinations', '/api/vaccinations')
    if (draw < 16) return this.#addAttachment()
    if (draw < 17) return this.#delete('attachments', '/api/pets')
    if (draw < 18) return this.#recode()
    if (draw < 19) return this.#addOrDeleteSpare()
    return this.#readPet()
  }

  async #addSpecies(kind: 'species' | 'spares'): Promise<void> {
    const [tag, code] = [this.#text(kind), this.#text('code')]
    const fields = { code, breeds: JSON.stringify(breeds) }
    const json = { code, name: tag, breeds }
    const request = ['POST /api/species', { json }] as const
    this.#keep(kind, await this.#requests.insert('species', tag, fields, request, () => code))
  }

  async #addOwner(kind: 'owners' | 'spares'): Promise<void> {
    const [tag, notes] = [this.#text(kind), this.#text('note')]
    const json = { fullName: tag, notes, phone: '+44 1', address: { city: 'Łódź' } }
    const request = ['POST /api/owners', { json }] as const
    const fields = { notes, phone: '+44 1' }
    this.#keep(kind, await this.#requests.insert('owners', tag, fields, request))
  }

  async #addPet(): Promise<void> {
    const [tag, stamp, microchip] = [this.#text('pet'), this.#text('stamp'), this.#chip()]
    const species = this.#pick('species').key
    const json = {
      owner_id: this.#pick('owners').key,
      species_code: species,
      name: tag,
      sex: 'FS',
      birth_date: '2020-02-29',
      weight_kg: 12.5,
      microchip,
      attributes: { stamp, color: 'black' },
    }
    const fields = { stamp, microchip, species, color: 'black', deleted: 'false' }
    const request = ['POST /api/pets', { json }] as const
    this.#keep('pets', await this.#requests.insert('pets', tag, fields, request))
  }

  async #changePet(): Promise<void> {
    const [row, species] = [this.#pick('pets'), this.#pick('species').key]
    const [stamp, color] = [this.#text('stamp'), this.#text('colour')]
    const json = { species_code: species, attributes: { stamp, color } }
    await this.#change(row, { stamp, species, color }, `PATCH /api/pets/${row.key}`, json)
  }

  async #deletePet(): Promise<void> {
    const row = this.#pick('pets')
    this.#retire(row)
    await this.#requests.change([[row, { deleted: 'true' }]], `DELETE /api/pets/${row.key}`)
  }

  async #swapChips(): Promise<void> {
    const [one, other] = [this.#pick('pets'), this.#pick('pets')]
    if (one === other) return this.#changeOwner()
    const { ledger } = this.#options
    const changes = [
      [one, { microchip: ledger.get(other, 'microchip') }],
      [other, { microchip: ledger.get(one, 'microchip') }],
    ] as const
    const json = { withPetId: Number(other.key) }
    const route = `POST /api/pets/${one.key}/swap-microchip`
    if (await this.#requests.change(changes, route, { json })) return
    this.#retire(one)
    this.#retire(other)
  }

  async #changeOwner(): Promise<void> {
    const row = this.#pick('owners')
    const fields = { notes: this.#text('note'), phone: String(this.#count) }
    await this.#change(row, fields, `PATCH /api/owners/${row.key}`, fields)
  }

  async #addVaccination(): Promise<void> {
    const [pet, tag, batch] = [this.#pick('pets'), this.#text('vaccine'), this.#text('batch')]
    const json = { vaccine: tag, dueOn: '31/05/2030', price: '45.00', batch }
    const fields = { batch, status: 'due', price: '45.00' }
    const request = [`POST /api/pets/${pet.key}/vaccinations`, { json }] as const
    const row = await this.#requests.insert('vaccinations', tag, fields, request)
    this.#keep('vaccinations', row, pet)
  }

  async #changeVaccination(): Promise<void> {
    const [row] = this.#live.vaccinations
    if (!row) return this.#addVaccination()
    const batch = this.#text('batch')
    const fields = { batch, status: 'done', price: '1.50' }
    const json = { batch, givenOn: '30/05/2025', price: 1.5 }
    await this.#change(row, fields, `PATCH /api/vaccinations/${row.key}`, json)
  }

  async #addAttachment(): Promise<void> {
    const [pet, tag] = [this.#pick('pets'), this.#text('file')]
    const body = createHash('sha512').update(tag).digest()
    const fields = { digest: createHash('md5').update(body).digest('hex') }
    const route = `POST /api/pets/${pet.key}/attachments?filename=${encodeURIComponent(tag)}`
    const request = [route, { body: new Uint8Array(body), type: 'image/x-noise' }] as const
    const keyOf = ({ seq }: { seq: number }) => `${pet.key}/attachments/${seq}`
    const row = await this.#requests.insert('attachments', tag, fields, request, keyOf)
    this.#keep('attachments', row, pet)
  }

  async #recode(): Promise<void> {
    const row = this.#pick('species')
    const [from, to] = [row.key, this.#text('code')]
    const route = `PATCH /api/species/${encodeURIComponent(from)}`
    if (await this.#requests.recode(row, from, to, route)) row.key = to
    else this.#retire(row)
  }

  /** Rows that nothing refers to, made to be deleted. */
  async #addOrDeleteSpare(): Promise<void> {
    const [row] = this.#live.spares
    if (row) return this.#delete('spares', `/api/${row.table}`)
    return this.#options.random() < 0.5 ? this.#addOwner('spares') : this.#addSpecies('spares')
  }

  async #delete(kind: Kind, path: string): Promise<void> {
    const row = this.#live[kind].shift()
    if (!row) return this.#addAttachment()
    const key = row.table === 'species' ? encodeURIComponent(row.key) : row.key
    await this.#requests.remove(row, `DELETE ${path}/${key}`)
  }

  /** What one wrote is what one reads, whichever side answers. */
  async #readPet(): Promise<void> {
    const row = this.#pick('pets')
    const route = `GET /api/pets/${row.key}`
    const answer = await this.#requests.send(route)
    const read = (answer?.body as { attributes: { stamp: string } } | undefined)?.attributes.stamp
    const written = this.#options.ledger.get(row, 'stamp')
    if (!answer || read === written) return
    const message = `read ${read} after ${written} was acknowledged`
    this.#options.onFailure({ route, status: 200, message })
  }

  async #change(row: LedgerRow, fields: Record<string, string>, route: string, json: object) {
    if (!(await this.#requests.change([[row, fields]], route, { json }))) this.#retire(row)
  }

  #keep(kind: Kind, row: LedgerRow | undefined, pet?: LedgerRow): void {
    if (!row) return
    this.#live[kind].push(row)
    if (pet) this.#petOf.set(row, pet)
  }

  /** Writes a row no more, nor what belongs to it. */
  #retire(retired: LedgerRow): void {
    for (const rows of Object.values(this.#live)) {
      const rest = rows.filter((row) => row !== retired && this.#petOf.get(row) !== retired)
      rows.splice(0, rows.length, ...rest)
    }
  }

  #pick(kind: Kind): LedgerRow {
    const rows = this.#live[kind]
    return rows[Math.floor(this.#options.random() * rows.length)]!
  }

  /** A text that nothing else has. */
  #text(what: string): string {
    this.#count += 1
    return `load ${this.#options.name} ${what} ${this.#count}`
  }

  #chip(): string {
    this.#count += 1
    return `${this.#options.name}c${String(this.#count).padStart(10, '0')}`
  }
}
