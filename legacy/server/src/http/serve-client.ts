import { join } from 'node:path'
import express, { Router } from 'express'

/** The built client: its files, and its page for every address that a browser might be reloaded at. */
export function serveClient(dir: string): Router {
  const router = Router()
  // The build puts a hash into the names of its assets, so those never change.
  router.use('/assets', express.static(join(dir, 'assets'), { immutable: true, maxAge: '1y' }))
  router.use('/assets', (_req, res) => void res.status(404).type('txt').send('Not found'))
  router.use(express.static(dir, { cacheControl: false }))
  router.get('/{*page}', (req, res, next) => {
    if (req.accepts(['html', 'json']) !== 'html') return next()
    res.set('Cache-Control', 'no-cache')
    res.sendFile('index.html', { root: dir, cacheControl: false }, (error) => {
      if (error) next()
    })
  })
  return router
}
