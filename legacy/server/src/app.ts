import express, { type Express } from 'express'
import { areas } from './areas.ts'
import { answerFailures } from './http/failures.ts'
import { mount } from './http/mount.ts'
import type { App } from './http/route.ts'
import { serveClient } from './http/serve-client.ts'

/** The whole application, not listening yet. Without a `clientDir` it serves the API only. */
export function createApp(app: App, clientDir?: string): Express {
  const server = express()
  server.disable('x-powered-by')
  server.get('/health', async (_req, res) => {
    await app.pool.query('select 1')
    res.json({ status: 'ok' })
  })
  server.use('/api', mount(areas, app))
  server.use('/api', (_req, res) => void res.status(404).json({ error: 'Not found' }))
  if (clientDir !== undefined) server.use(serveClient(clientDir))
  server.use((_req, res) => void res.status(404).type('txt').send('Not found'))
  server.use(answerFailures(app.log))
  return server
}
