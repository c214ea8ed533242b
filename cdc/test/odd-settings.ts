import type { TestDatabase } from '@strangler/local/testing'

/** What changes how values are printed, and what differs between the two sides. */
const printing = {
  legacy: { timezone: 'Asia/Kathmandu', datestyle: 'SQL, DMY', intervalstyle: 'iso_8601' },
  service: { timezone: 'America/St_Johns', datestyle: 'German', intervalstyle: 'sql_standard' },
  both: { bytea_output: 'escape', extra_float_digits: '-3' },
} as const

/** What changes how statements are read and carried out. */
const reading = {
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  xmloption: 'document',
  quote_all_identifiers: 'on',
  search_path: 'nowhere',
  synchronous_commit: 'off',
  default_transaction_read_only: 'on',
  default_transaction_isolation: 'serializable',
} as const

/** Sets for the toolkit's roles what people set for a role or a database, and what values must not depend on. */
export async function setOddly(
  { superuser, name, roles }: TestDatabase,
  side: 'legacy' | 'service',
): Promise<void> {
  const settings = { ...printing.both, ...printing[side], ...reading }
  for (const role of Object.values(roles)) {
    for (const [setting, value] of Object.entries(settings)) {
      await superuser.query(
        `alter role ${role} in database ${name} set ${setting} to ${quoted(value)}`,
      )
    }
  }
}

// A list is one for each of its parts.
const quoted = (value: string) =>
  value
    .split(', ')
    .map((part) => `'${part}'`)
    .join(', ')
