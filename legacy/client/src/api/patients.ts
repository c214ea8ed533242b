import type { Client } from './client.ts'

export type Sex = 'M' | 'F' | 'MN' | 'FS' | 'U'

export interface Pet {
  readonly id: number
  readonly owner_id: string
  readonly owner_name: string
  readonly species_code: string
  readonly name: string
  readonly sex: Sex
  readonly birth_date: string | null
  readonly weight_kg: number | null
  readonly microchip: string | null
  readonly allergies: readonly string[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly insurance_limit: string | null
  readonly last_vaccinated_on: string | null
}

export type PetChanges = Partial<
  Omit<Pet, 'id' | 'owner_name' | 'last_vaccinated_on' | 'weight_kg'> & {
    readonly weight_kg: string | null
  }
>

/** A pet as the search tells of it. */
export type FoundPet = Pick<
  Pet,
  'id' | 'name' | 'species_code' | 'birth_date' | 'microchip' | 'owner_name'
>

export interface PetPage {
  readonly pets: readonly Pet[]
  readonly total: number
}

export interface PetFilters {
  readonly q?: string
  readonly species?: string
  readonly owner_id?: string
  readonly page?: number
  readonly per_page?: number
}

/** A bare list; how many there are in all is in a header. */
export async function listPets(client: Client, query: PetFilters): Promise<PetPage> {
  const answer = await client.send('GET', '/pets', { query: { ...query } })
  const pets = (await answer.json()) as Pet[]
  return { pets, total: Number(answer.headers.get('x-total-count') ?? pets.length) }
}

export interface PetCriteria {
  readonly text?: string
  readonly species?: readonly string[]
  readonly sex?: Sex
  readonly born_from?: string
  readonly born_to?: string
  readonly allergy?: string
  readonly limit?: number
}

export interface FoundPets {
  readonly results: readonly FoundPet[]
  readonly total: number
}

export const searchPets = (client: Client, criteria: PetCriteria, signal?: AbortSignal) =>
  client.ask<FoundPets>('/pets/search', criteria, signal)

export interface Owner {
  readonly id: string
  readonly fullName: string
  readonly email: string | null
  readonly phone: string | null
  readonly address: Readonly<Record<string, unknown>> | null
  readonly notes: string | null
  readonly marketingOptIn: boolean
  readonly createdAt: string
}

export type OwnerChanges = Partial<Omit<Owner, 'id' | 'createdAt'>>

export interface OwnerPage {
  readonly data: readonly Owner[]
  readonly total: number
  readonly page: number
}

export type VaccinationStatus = 'done' | 'due' | 'overdue'

/** Its days are written ones, as on a card: 31/05/2024. */
export interface Vaccination {
  readonly id: string
  readonly petId: number
  readonly vaccine: string
  readonly givenOn: string | null
  readonly dueOn: string | null
  readonly status: VaccinationStatus
  readonly price: string | null
  readonly batch: string | null
}

/** As a list of calls to make has it. */
export interface DueVaccination extends Pick<Vaccination, 'id' | 'petId' | 'vaccine' | 'status'> {
  readonly petName: string
  readonly ownerName: string
  readonly ownerPhone: string | null
  readonly dueOn: string
}

export type VaccinationChanges = Partial<Omit<Vaccination, 'id' | 'petId'>>

export interface Vaccinations {
  readonly items: readonly Vaccination[]
  readonly nextCursor: string | null
}

/** The first so many pages of a pet's vaccinations, newest first. */
export async function listVaccinations(
  client: Client,
  petId: number,
  pages: number,
): Promise<Vaccinations> {
  const items: Vaccination[] = []
  let cursor: string | null = null
  for (let page = 0; page < pages; page++) {
    const part: Vaccinations = await client.get(`/pets/${petId}/vaccinations`, { cursor })
    items.push(...part.items)
    cursor = part.nextCursor
    if (cursor === null) break
  }
  return { items, nextCursor: cursor }
}

export interface Attachment {
  readonly petId: number
  readonly seq: number
  readonly filename: string
  readonly contentType: string
  readonly size: number
  readonly note: string | null
  readonly createdAt: string
}

export const largestFile = 10 * 1024 * 1024

export async function uploadAttachment(
  client: Client,
  petId: number,
  file: File,
  note: string,
): Promise<void> {
  const query = { filename: file.name, note }
  await client.send('POST', `/pets/${petId}/attachments`, { file, query })
}

export async function downloadAttachment(client: Client, of: Attachment): Promise<Blob> {
  const answer = await client.send('GET', `/pets/${of.petId}/attachments/${of.seq}`)
  return answer.blob()
}

export interface Species {
  readonly code: string
  readonly name: string
  readonly breeds: readonly string[]
  readonly createdOn: string
}

/** Codes may hold anything, slashes too. */
export const speciesPath = (code: string) => `/species/${encodeURIComponent(code)}`
