import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { superuserGrants } from '../../src/database/roles.ts'

test('docs/roles.md has exactly the statements that a superuser has to run', () => {
  const page = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8')
  const documented = /```sql\n([^]*?)```/.exec(page)![1]!.trim().split('\n')
  const roles = {
    coordinator: 'strangler_coordinator',
    applier: 'strangler_applier',
    reader: 'strangler_reader',
  }
  const wanted = superuserGrants(roles, 'shop', ['shop_owner']).map((grant) => `${grant};`)
  expect(documented).toEqual(wanted)
})
