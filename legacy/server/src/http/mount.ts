import express, { type Request, type RequestHandler, Router } from 'express'
import { Refusal } from './errors.ts'
import { asRefusal, refuse } from './failures.ts'
import { anonymous, identify } from './identify.ts'
import type { App, Area, Method, Route, User } from './route.ts'

const readJson = express.json({ limit: '1mb' })

/** An Express router of all areas' routes: first who may call, then the body, then the answer. */
export function mount(areas: readonly Area[], app: App): Router {
  const router = Router()
  for (const area of areas) {
    for (const route of area.routes) {
      const steps: RequestHandler[] = [admit(route, app)]
      if (route.body === 'json') steps.push(readJson)
      steps.push(answer(route, area, app))
      router[verbs[route.method]](route.path, ...steps)
    }
  }
  return router
}

const verbs = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const satisfies Record<Method, keyof Router>

/** Who sends each request that is being answered. */
const callers = new WeakMap<Request, User>()

function admit(route: Route, app: App): RequestHandler {
  return (req, res, next) => {
    const user = identify(req, app.jwtSecret)
    if (route.roles.includes(user.role)) {
      callers.set(req, user)
      return next()
    }
    if (user.role !== 'anonymous') throw new Refusal(403, 'FORBIDDEN', 'Forbidden')
    res.set('WWW-Authenticate', 'Bearer')
    throw new Refusal(401, 'UNAUTHORIZED', 'Unauthorized')
  }
}

function answer(route: Route, area: Area, app: App): RequestHandler {
  return async (req, res) => {
    try {
      await route.answer({ req, res, user: callers.get(req) ?? anonymous, app })
    } catch (error) {
      const refusal = asRefusal(error)
      if (!refusal || res.headersSent) throw error
      refuse(res, refusal, area.errors)
    }
  }
}
