import { createHash, timingSafeEqual } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import type { Metrics } from '../metrics.ts'

export interface AdminOptions {
  readonly token: string
  readonly metrics: Metrics
  /** What keeps the proxy from doing its work well; empty when it is ready. */
  notReady(): readonly string[]
  /** What is worth knowing although it is ready. */
  notes(): readonly string[]
  /** Everything it knows, for `strangler status` and for people. */
  state(): unknown
  /** Reads the control store and the flags again, now. */
  refresh(): Promise<void>
}

/** The proxy's own interface, on a port of its own: health, metrics, and, with a token, its state. */
export function createAdmin({
  token,
  metrics,
  notReady,
  notes,
  state,
  refresh,
}: AdminOptions): Express {
  const app = express()
  app.disable('x-powered-by')

  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' })
  })

  app.get('/readyz', (_req, res) => {
    const reasons = notReady()
    res
      .status(reasons.length > 0 ? 503 : 200)
      .json({ ready: reasons.length === 0, reasons, notes: notes() })
  })

  app.get('/metrics', async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })

  app.use('/admin', requireToken(token))
  app.get('/admin/state', (_req, res) => {
    res.json(state())
  })
  app.post('/admin/refresh', async (_req, res) => {
    await refresh()
    res.json(state())
  })

  app.use((_req, res) => {
    res.status(404).json({
      error: 'There is /healthz, /readyz, /metrics, GET /admin/state and POST /admin/refresh.',
    })
  })
  return app
}

function requireToken(token: string): RequestHandler {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  return (req, res, next) => {
    if (timingSafeEqual(digest(req.headers.authorization ?? ''), expected)) return next()
    res
      .status(401)
      .json({ error: 'Send the header Authorization: Bearer with the ADMIN_TOKEN of this proxy.' })
  }
}
