import express, { type Express } from 'express'
import { animals } from './animals/animals.ts'
import { documents } from './documents/documents.ts'
import { guardians } from './guardians/guardians.ts'
import { answerFailures } from './http/failures.ts'
import { mount } from './http/mount.ts'
import type { Parts } from './http/route.ts'
import { immunizations } from './immunizations/immunizations.ts'
import { kinds } from './kinds/kinds.ts'

const resources = [guardians, animals, immunizations, kinds, documents]

/** The whole service, not listening yet. */
export function createService(parts: Parts): Express {
  const service = express()
  service.disable('x-powered-by')
  service.get('/health', async (_req, res) => {
    await parts.pool.query('select')
    res.json({ status: 'ok' })
  })
  service.use('/api', mount(resources, parts))
  service.use('/api', (_req, res) => void res.status(404).json({ error: 'Not found' }))
  service.use((_req, res) => void res.status(404).type('txt').send('Not found'))
  service.use(answerFailures(parts.log))
  return service
}
