/** A column's name to an SQL expression over the columns of the other side's row. */
export type Columns = Readonly<Record<string, string>>

export interface Pair {
  readonly legacy: string
  readonly service: string
  readonly toService: Columns
  readonly toLegacy: Columns
}

type Words = Readonly<Record<string, string>>

const inverse = (names: Words): Words =>
  Object.fromEntries(Object.entries(names).map(([legacy, service]) => [service, legacy]))

const translated = (column: string, words: Words) =>
  `case ${column}::text ${Object.entries(words)
    .map(([from, to]) => `when '${from}' then '${to}'`)
    .join(' ')} end`

const sexes = {
  M: 'male',
  F: 'female',
  MN: 'male_neutered',
  FS: 'female_spayed',
  U: 'unknown',
}

const statuses = { done: 'given', due: 'awaited', overdue: 'late' }

/** Names of the monolith's columns to the service's, where the values are the same in text form. */
function pair(legacy: string, service: string, same: Words, special: Partial<Pair> = {}): Pair {
  return {
    legacy,
    service,
    toService: { ...inverse(same), ...special.toService },
    toLegacy: { ...same, ...special.toLegacy },
  }
}

/** README's mapping, by hand. What is referred to comes first. */
export const pairs: readonly Pair[] = [
  pair('species', 'kinds', {
    code: 'code',
    name: 'label',
    breeds: 'breeds',
    created_at: 'created_at',
  }),
  pair(
    'owners',
    'guardians',
    {
      id: 'guardian_id',
      clinic_id: 'clinic_id',
      email: 'email',
      phone: 'phone',
      address: 'address',
      notes: 'notes',
      marketing_opt_in: 'marketing_opt_in',
      created_at: 'created_at',
      updated_at: 'updated_at',
    },
    {
      toService: {
        given_name: "split_part(full_name, ' ', 1)",
        family_name: `case when strpos(full_name, ' ') > 0
          then substr(full_name, strpos(full_name, ' ') + 1) end`,
      },
      toLegacy: { full_name: "given_name || coalesce(' ' || family_name, '')" },
    },
  ),
  pair(
    'pets',
    'animals',
    {
      id: 'animal_id',
      owner_id: 'guardian_id',
      species_code: 'kind_code',
      name: 'display_name',
      birth_date: 'born_on',
      weight_kg: 'weight_kg',
      microchip: 'chip_number',
      allergies: 'allergies',
      insurance_limit: 'insurance_limit',
      created_at: 'created_at',
      updated_at: 'updated_at',
      deleted_at: 'archived_at',
    },
    {
      toService: {
        sex: translated('sex', sexes),
        coat_color: "attributes ->> 'color'",
        traits: "attributes - 'color'",
      },
      toLegacy: {
        sex: translated('sex', inverse(sexes)),
        attributes: `case when coat_color is null then traits
          else traits || jsonb_build_object('color', coat_color) end`,
      },
    },
  ),
  pair(
    'vaccinations',
    'immunizations',
    {
      id: 'immunization_id',
      pet_id: 'animal_id',
      vaccine: 'vaccine',
      given_on: 'given_on',
      due_on: 'due_on',
      price: 'price',
      batch: 'lot',
      administered_by: 'administered_by',
      created_at: 'created_at',
    },
    {
      toService: { status: translated('status', statuses) },
      toLegacy: { status: translated('status', inverse(statuses)) },
    },
  ),
  pair('attachments', 'documents', {
    pet_id: 'animal_id',
    seq: 'number',
    filename: 'filename',
    content_type: 'media_type',
    content: 'body',
    note: 'note',
    created_at: 'created_at',
  }),
  pair('audit_log', 'audit_entries', {
    id: 'id',
    at: 'at',
    actor: 'actor',
    table_name: 'table_name',
    row_key: 'row_key',
    action: 'action',
    change: 'change',
  }),
]
