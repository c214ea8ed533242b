import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What the two systems are about. "Owner" is not among it: that is a word of the toolkit's. */
const nouns = [
  'petsphere|pets?|vets?|veterinar|vaccinations?|clinics?|patients?|species|microchips?|appointments?',
  'animals?|guardians?|immuni[sz]ations?|receptionists?',
  'depots?|parcels?|couriers?|rate_?cards?|consignments?|milestones?|tariffs?|depot_sid',
].join('|')
// Also within `pet_sex` and `PetOwner`, but not within `carpet`.
const pattern = new RegExp(`(?<![a-z])(?:${nouns})(?![a-z])`, 'i')
const camel = /(?<=[a-z0-9])(?=[A-Z])/g

test.each(['core', 'proxy', 'cdc', 'cli'])(
  'the sources of %s name nothing of PetSphere or of Parcel Depot',
  (name) => {
    const files = ['src', 'bin', 'explore'].flatMap((folder) =>
      filesBelow(join(root, name, folder)),
    )
    expect(files.length).toBeGreaterThan(10)
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line, at) => ({ line, place: `${relative(root, file)}:${at + 1}` }))
        .filter(({ line }) => pattern.test(line.replaceAll(camel, '_')))
        .map(({ line, place }) => `${place}: ${line.trim()}`),
    )
    expect(found).toEqual([])
  },
)

test('the check finds such words where they hide', () => {
  const hiding = ['a PetSphere b', 'public.pet_sex', 'listPets()', "'/api/vaccinations'", 'Depot']
  for (const text of hiding) expect(text.replaceAll(camel, '_')).toMatch(pattern)
  for (const text of ['owner', 'patience', 'carpet', 'petty', 'special']) {
    expect(text).not.toMatch(pattern)
  }
})

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
