// k6 run --env BASE_URL=http://127.0.0.1:8080 --env RATE=2 --env SECONDS=60 load-tests/day.js
//
// A clinic's day at PetSphere: receptionists, veterinarians, owners and administrators who sign in, look at
// screens, think, and change things. `npm run load -- steady` (or spike, or soak) runs this, and what belongs to it.
import exec from 'k6/execution'
import http from 'k6/http'
import { weighed } from './clinic/chance.js'
import { deeds, roles } from './clinic/mix.js'
import { personOf } from './clinic/person.js'
import { phaseAt, phasesOf } from './clinic/phases.ts'
import { resultOf, textOf } from './clinic/result.ts'
import { thresholdsOf } from './clinic/thresholds.ts'

const shape = __ENV.SHAPE || 'steady'
/** Things that people do, in a second. */
const rate = Number(__ENV.RATE || 2)
const seconds = Number(__ENV.SECONDS || 60)
const times = Number(__ENV.TIMES || 5)
const thinking = Number(__ENV.THINK || 1)
const baseUrl = __ENV.BASE_URL || 'http://127.0.0.1:8080'
const password = __ENV.PASSWORD || 'petsphere-demo'
const phases = phasesOf(shape, seconds, times)

/** For how long somebody is at one thing, about; as many have to be there as do things at once. */
const busySeconds = 15 * thinking + 3

function roleAtWork(role) {
  const perMinute = (factor) => Math.max(1, Math.round(rate * roles[role] * factor * 60))
  const most = Math.max(...phases.map((phase) => phase.times))
  const people = Math.ceil((perMinute(most) / 60) * busySeconds) + 2
  return {
    executor: 'ramping-arrival-rate',
    exec: 'work',
    env: { ROLE: role },
    timeUnit: '1m',
    startRate: perMinute(phases[0].times),
    stages: phases.flatMap((phase) => [
      { target: perMinute(phase.times), duration: '0s' },
      { target: perMinute(phase.times), duration: `${Math.round(phase.seconds * 1000)}ms` },
    ]),
    preAllocatedVUs: people,
    maxVUs: people * 4,
    gracefulStop: '60s',
  }
}

export const options = {
  scenarios: Object.fromEntries(Object.keys(roles).map((role) => [role, roleAtWork(role)])),
  thresholds: thresholdsOf(shape, phases, Object.keys(roles)),
  summaryTrendStats: ['count', 'med', 'p(95)', 'p(99)', 'max'],
  setupTimeout: '120s',
}

/** Accounts that the seed has made, and so have the password that is known. */
const isSeeded = ({ email, active }) =>
  active &&
  /^(admin|vet|reception|owner)(\.\d+\.\d+)?@petsphere\.test$|\.\d+@example\.test$/.test(email)

/** Who may sign in, by role. */
export function setup() {
  const email = 'admin@petsphere.test'
  const headers = { 'Content-Type': 'application/json' }
  const login = JSON.stringify({ email, password })
  const session = http.post(`${baseUrl}/api/auth/login`, login, { headers })
  if (session.status !== 200)
    exec.test.abort(`${email} cannot sign in: ${session.status} ${session.body}`)
  const asAdmin = { headers: { Authorization: `Bearer ${session.json().accessToken}` } }
  const accounts = Object.fromEntries(Object.keys(roles).map((role) => [role, []]))
  for (let page = 1, pages = 1; page <= pages; page++) {
    const url = `${baseUrl}/api/users?page=${page}`
    const part = http.get(url, { ...asAdmin, tags: { name: '/api/users' } }).json()
    for (const user of part.users.filter(isSeeded)) accounts[user.role].push({ email: user.email })
    pages = part.pages
  }
  return { accounts }
}

/** One thing that somebody came to do. */
export function work({ accounts }) {
  const role = __ENV.ROLE
  const since = exec.scenario.startTime
  const me = personOf(role, accounts[role], (now) => phaseAt(phases, (now - since) / 1000))
  me.comeIn()
  weighed(deeds[role])(me)
  me.mayLeave()
}

export function handleSummary(data) {
  const result = resultOf(data.metrics, phases, Object.keys(roles))
  return {
    stdout: textOf(result),
    ...(__ENV.RESULT && { [__ENV.RESULT]: JSON.stringify(result) }),
  }
}
