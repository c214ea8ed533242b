import { type Petsphere, startPetsphere } from '../../../../legacy/server/test/harness/petsphere.ts'
import { Postgres } from '../../../../legacy/server/test/harness/postgres.ts'
import { migrate } from '../../src/database/migrations.ts'
import { loadService } from './conversion.ts'
import { type Service, startService } from './service.ts'

export { Postgres }

/** The service's schema, without rows. */
export async function serviceDatabase(postgres: Postgres, name: string): Promise<string> {
  const url = await postgres.emptyDatabase(name)
  await migrate(url)
  return url
}

/** The monolith with seeded data, and the service with the same, converted. */
export interface Sides extends AsyncDisposable {
  readonly postgres: Postgres
  readonly legacyUrl: string
  readonly serviceUrl: string
  readonly legacy: Petsphere
  readonly service: Service
}

/** @param prepare what is done to each database before it is used */
export async function openSides(prepare?: (url: string, postgres: Postgres) => Promise<void>) {
  const opened = new AsyncDisposableStack()
  const postgres = opened.use(await Postgres.open())
  const legacyUrl = await postgres.seededDatabase('legacy')
  const serviceUrl = await serviceDatabase(postgres, 'patient')
  await loadService(legacyUrl, serviceUrl)
  for (const url of [legacyUrl, serviceUrl]) await prepare?.(url, postgres)
  const legacy = opened.use(await startPetsphere(legacyUrl))
  const service = opened.use(await startService(serviceUrl))
  const sides: Sides = {
    postgres,
    legacyUrl,
    serviceUrl,
    legacy,
    service,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
  return sides
}
