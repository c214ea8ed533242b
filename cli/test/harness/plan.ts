import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const database = (name: string) =>
  ['coordinator', 'applier', 'reader']
    .map((role) => `${role}: env('${name}_${role.toUpperCase()}_URL')`)
    .join(', ')

/** A plan with one slice of one table. */
export const planText = `import { defineMigration, env, table } from '@strangler/core'

export default defineMigration({
  legacy: { url: env('LEGACY_URL'), database: { ${database('LEGACY')} } },
  services: { patient: { url: env('PATIENT_URL'), database: { ${database('PATIENT')} } } },
  slices: {
    patients: {
      service: 'patient',
      routes: ['GET /api/pets', 'POST /api/pets'],
      tables: [table('pets')],
    },
  },
  phases: [{ name: 'core services', slices: ['patients'] }],
})
`

export interface Folder extends Disposable {
  readonly path: string
  write(name: string, text: string, mode?: number): string
}

/** A folder of a test's own, from where a plan finds the toolkit. */
export function createFolder(): Folder {
  const path = mkdtempSync(fileURLToPath(new URL('../.folder-', import.meta.url)))
  return {
    path,
    write(name, text, mode = 0o600) {
      const file = join(path, name)
      writeFileSync(file, text, { mode })
      return file
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}
