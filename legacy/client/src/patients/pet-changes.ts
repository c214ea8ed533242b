import type { Pet, PetChanges, Sex } from '../api/patients.ts'
import type { Values } from '../ui/values.ts'

/** What the form of a pet says, as the API takes it; of a pet that exists, only what changed. */
export function petChanges(values: Values, pet?: Pet): PetChanges {
  const said: PetChanges = {
    owner_id: values.text('owner_id'),
    name: kept(values.raw('name'), pet?.name),
    species_code: values.raw('species_code'),
    sex: values.raw('sex') as Sex,
    birth_date: values.optional('birth_date'),
    weight_kg: decimal(values.optional('weight_kg'), pet?.weight_kg ?? null),
    microchip: values.optional('microchip')?.replaceAll(/[\s-]/g, '') ?? null,
    allergies: linesOf(values.raw('allergies'), pet?.allergies ?? []),
    attributes: attributesWith(pet?.attributes ?? {}, {
      breed: values.text('breed'),
      color: values.text('color'),
      temperament: values.text('temperament'),
    }),
    insurance_limit: decimal(values.optional('insurance_limit'), pet?.insurance_limit ?? null),
  }
  return pet ? changed(said, { ...pet, weight_kg: textOf(pet.weight_kg) }) : said
}

/** Only what differs from before. */
export function changed<Changes extends object>(said: Changes, before: object): Partial<Changes> {
  const old = before as Record<string, unknown>
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(old[name])
  return Object.fromEntries(Object.entries(said).filter(differs)) as Partial<Changes>
}

/** Blanks around a name are a slip, unless they were there before and nobody touched them. */
export function kept(typed: string, before: string | undefined): string {
  return typed === before ? typed : typed.trim()
}

/** One a line. Names may have commas, and odd ones stay as they are as long as nobody edits them. */
export function linesOf(typed: string, before: readonly string[]): readonly string[] {
  const lines = typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const same = before.map((line) => line.trim()).filter(Boolean)
  return JSON.stringify(lines) === JSON.stringify(same) ? before : lines
}

/** A comma is a point in most of Europe. 12.50 is 12.5: then the text from before stays. */
function decimal(typed: string | null, before: string | number | null): string | null {
  const point = typed?.replace(',', '.') ?? null
  const isSame = point !== null && before !== null && Number(point) === Number(before)
  return isSame ? textOf(before) : point
}

const textOf = (amount: string | number | null) => (amount === null ? null : String(amount))

/** The rest of what is stored there, which no form shows, stays. An empty text removes its key. */
export function attributesWith(
  before: Readonly<Record<string, unknown>>,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const after: Record<string, unknown> = { ...before }
  for (const [key, text] of Object.entries(texts)) {
    const old = before[key]
    // What is no text cannot have been in the form; an empty one there was not touched.
    if (text) after[key] = text
    else if (typeof old === 'string' && old !== '') delete after[key]
  }
  return after
}
