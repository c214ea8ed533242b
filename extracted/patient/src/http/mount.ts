import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import { callerOf, type Caller } from './caller.ts'
import { asRefusal, refuse } from './failures.ts'
import { Refusal } from './refusal.ts'
import type { Parts, Resource, Route } from './route.ts'

/** All resources behind one router: a request is first admitted, then read, then answered. */
export function mount(resources: readonly Resource[], parts: Parts): Router {
  const router = Router()
  for (const resource of resources) {
    for (const route of resource.routes) {
      router[route.method](route.path, respond(route, resource, parts))
    }
  }
  return router
}

function respond(route: Route, { wording }: Resource, parts: Parts): RequestHandler {
  return async (req, res) => {
    const caller = admit(route, callerOf(req, parts.jwtSecret), res)
    if (route.body === 'json') await readJson(req, res)
    try {
      await route.answer({ ...parts, req, res, caller })
    } catch (error) {
      const refusal = asRefusal(error)
      if (!refusal || res.headersSent) throw error
      refuse(res, refusal, wording)
    }
  }
}

function admit({ roles }: Route, caller: Caller | undefined, res: Response): Caller {
  if (!caller) {
    res.set('WWW-Authenticate', 'Bearer')
    throw new Refusal(401, 'UNAUTHORIZED', 'Unauthorized')
  }
  if (!roles.includes(caller.role)) throw new Refusal(403, 'FORBIDDEN', 'Forbidden')
  return caller
}

const parseJson = express.json({ limit: '1mb' })

function readJson(req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parseJson(req, res, (error: unknown) => {
      if (error instanceof Error) reject(error)
      else resolve()
    })
  })
}
