import type pg from 'pg'

/*
 * The mapping once more, written by hand: what a row means, as one JSON text, from either side. Nothing here is
 * the toolkit's, so a mistake of its own cannot hide.
 */

const sexes = `case sex::text when 'male' then 'M' when 'female' then 'F' when 'male_neutered' then 'MN'
  when 'female_spayed' then 'FS' when 'unknown' then 'U' end`
const statuses = `case status::text when 'given' then 'done' when 'awaited' then 'due' when 'late' then 'overdue' end`
const attributes = `traits || case when coat_color is null then '{}' else jsonb_build_object('color', coat_color) end`

interface Pair {
  readonly legacy: string
  readonly service: string
}

/** Each selects a key and a row. */
const pairs: Readonly<Record<string, Pair>> = {
  species: {
    legacy: `select code as key, jsonb_build_array(code, name, breeds, created_at)::text as row from species`,
    service: `select code as key, jsonb_build_array(code, label, breeds, created_at)::text as row from kinds`,
  },
  owners: {
    legacy: `select id::text as key, jsonb_build_array(id, clinic_id, full_name, email, phone, address, notes,
      marketing_opt_in, created_at, updated_at)::text as row from owners`,
    service: `select guardian_id::text as key, jsonb_build_array(guardian_id, clinic_id,
      given_name || coalesce(' ' || family_name, ''), email, phone, address, notes,
      marketing_opt_in, created_at, updated_at)::text as row from guardians`,
  },
  pets: {
    legacy: `select id::text as key, jsonb_build_array(id, owner_id, species_code, name, sex, birth_date, weight_kg,
      microchip, allergies, attributes, insurance_limit, search_text, created_at, updated_at, deleted_at)::text as row
      from pets`,
    service: `select animal_id::text as key, jsonb_build_array(animal_id, guardian_id, kind_code, display_name, ${sexes},
      born_on::text, weight_kg, chip_number, allergies, ${attributes}, insurance_limit, search_words, created_at,
      updated_at, archived_at)::text as row from animals`,
  },
  vaccinations: {
    legacy: `select id::text as key, jsonb_build_array(id, pet_id, vaccine, given_on, due_on, status, price, batch,
      administered_by, created_at)::text as row from vaccinations`,
    service: `select immunization_id::text as key, jsonb_build_array(immunization_id, animal_id, vaccine, given_on,
      due_on, ${statuses}, price, lot, administered_by, created_at)::text as row from immunizations`,
  },
  attachments: {
    legacy: `select pet_id || '/' || seq as key, jsonb_build_array(pet_id, seq, filename, content_type,
      md5(content), length(content), note, created_at)::text as row from attachments`,
    service: `select animal_id || '/' || number as key, jsonb_build_array(animal_id, number, filename, media_type,
      md5(body), length(body), note, created_at)::text as row from documents`,
  },
  audit_log: {
    legacy: `select id::text as key, jsonb_build_array(id, at, actor, table_name, row_key, action, change)::text as row
      from audit_log`,
    service: `select id::text as key, jsonb_build_array(id, at, actor, table_name, row_key, action, change)::text as row
      from audit_entries`,
  },
}

export interface Sides {
  readonly legacy: pg.Pool
  readonly patient: pg.Pool
}

/** Every row that the two databases do not have alike, in words. Empty tables are a difference, too. */
export async function compareTables(sides: Sides): Promise<string[]> {
  const differences: string[] = []
  for (const [table, { legacy, service }] of Object.entries(pairs)) {
    const one = await readRows(sides.legacy, legacy)
    const other = await readRows(sides.patient, service)
    if (one.size === 0) differences.push(`${table} is empty`)
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      const [mine, its] = [one.get(key), other.get(key)]
      if (mine !== its) differences.push(`${table} ${key}: monolith ${mine}, service ${its}`)
    }
  }
  return differences
}

async function readRows(pool: pg.Pool, sql: string): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ key: string; row: string }>(sql)
  return new Map(rows.map(({ key, row }) => [key, row]))
}
