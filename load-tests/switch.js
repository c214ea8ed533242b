// k6 run --env BASE_URL=http://127.0.0.1:8080 load-tests/switch.js
//
// Reads and writes of PetSphere's patients while whoever runs this switches them to the service and back:
// `npm run load -- switch` does both. No request may fail, and all that was written must be there at the end.
import { check, group, sleep } from 'k6'
import exec from 'k6/execution'
import { need, send, signIn } from './src/client.js'

const seconds = Number(__ENV.SECONDS || 30)
const writers = 5
/** Each writer makes a round so often: two or three writes, and one read of what they left. */
const roundSeconds = 0.4

export const options = {
  scenarios: {
    readers: {
      executor: 'constant-arrival-rate',
      exec: 'read',
      rate: 20,
      duration: `${seconds}s`,
      preAllocatedVUs: 10,
      maxVUs: 40,
    },
    writers: {
      executor: 'per-vu-iterations',
      exec: 'write',
      vus: writers,
      iterations: 1,
      maxDuration: `${seconds + 30}s`,
    },
  },
  thresholds: {
    http_req_failed: ['rate==0'],
    checks: ['rate==1'],
    // A switch may keep a write waiting, but not for longer than a proxy holds one.
    http_req_duration: ['max<10000'],
  },
  summaryTrendStats: ['avg', 'p(95)', 'p(99)', 'max'],
}

export function setup() {
  const token = signIn()
  const species = send('GET', '/api/species', '', { token }).json()
  const pets = send('GET', '/api/pets', '', { token }).json()
  return {
    token,
    // A name that tells one run from another, in what runs leave behind.
    run: new Date().toISOString(),
    species: species[0].code,
    petIds: pets.map(({ id }) => id),
  }
}

export function read({ token, petIds }) {
  const id = petIds[exec.scenario.iterationInTest % petIds.length]
  const reads = [
    () => need(send('GET', '/api/pets?page=1', '/api/pets', { token }), 200, 'lists pets'),
    () => need(send('GET', `/api/pets/${id}`, '/api/pets/:id', { token }), 200, 'shows a pet'),
    () =>
      need(
        send('GET', `/api/pets/${id}/vaccinations`, '/api/pets/:id/vaccinations', { token }),
        200,
        'lists vaccinations',
      ),
    () => need(send('GET', '/api/owners', '', { token }), 200, 'lists owners'),
    () =>
      need(
        send('POST', '/api/pets/search', '', { token, json: { text: 'a' } }),
        200,
        'searches for pets',
      ),
    () => need(send('GET', '/api/clinics', '', { token }), 200, 'lists clinics'),
  ]
  reads[exec.scenario.iterationInTest % reads.length]()
}

/** One of the writers: an owner with a pet, changed again and again, and more owners who come and go. */
export function write({ token, run, species }) {
  const me = exec.vu.idInTest
  const owner = makeOwner(token, `Load Test ${run} ${me}`)
  if (!owner) return
  const json = { owner_id: owner.id, species_code: species, name: `Load ${run} ${me}` }
  const pet = need(send('POST', '/api/pets', '', { token, json }), 201, 'makes a pet')
  if (!pet) return
  const known = { pet: {}, owners: [], files: [] }
  const until = Date.now() + seconds * 1000
  for (let round = 1; Date.now() < until; round++) {
    const startedAt = Date.now()
    const change = { weight_kg: round + 0.125, attributes: { color: 'grey', round } }
    const answer = send('PATCH', `/api/pets/${pet.id}`, '/api/pets/:id', { token, json: change })
    if (need(answer, 200, 'changes a pet')) known.pet = change
    if (round % 4 === 1) {
      const made = makeOwner(token, `Load Test ${run} ${me} ${round}`)
      if (made) known.owners.push({ id: made.id, fullName: made.fullName, notes: null })
    } else if (round % 4 === 2 && known.owners.length > 0) {
      const last = known.owners[known.owners.length - 1]
      const notes = `round ${round}`
      const noted = send('PATCH', `/api/owners/${last.id}`, '/api/owners/:id', {
        token,
        json: { notes },
      })
      if (need(noted, 200, 'changes an owner')) last.notes = notes
    } else if (round % 4 === 3) {
      const body = `file of round ${round}`
      const path = `/api/pets/${pet.id}/attachments?filename=load.txt`
      const kept = send('POST', path, '/api/pets/:id/attachments', {
        token,
        body,
        type: 'text/plain',
      })
      const file = need(kept, 201, 'keeps a file')
      if (file) known.files.push({ seq: file.seq, body })
    }
    expectPet(token, pet.id, known.pet, 'shows the pet as it was just left')
    sleep(Math.max(0, roundSeconds - (Date.now() - startedAt) / 1000))
  }
  group('reading back', () => readBack(token, pet.id, known))
}

function makeOwner(token, fullName) {
  const answer = send('POST', '/api/owners', '', { token, json: { fullName } })
  return need(answer, 201, 'makes an owner')
}

function expectPet(token, id, { weight_kg, attributes }, what) {
  const answer = send('GET', `/api/pets/${id}`, '/api/pets/:id', { token })
  const found = need(answer, 200, 'shows a pet')
  if (!found || attributes === undefined) return
  check(found, {
    [what]: () => found.weight_kg === weight_kg && found.attributes.round === attributes.round,
  })
}

/** Everything this writer was told is written. The owners without a pet are taken away again. */
function readBack(token, petId, { pet, owners, files }) {
  expectPet(token, petId, pet, 'keeps the last change of the pet')
  for (const { id, fullName, notes } of owners) {
    const name = '/api/owners/:id'
    const found = need(send('GET', `/api/owners/${id}`, name, { token }), 200, 'shows an owner')
    check(found, {
      'keeps an owner as they were left': () =>
        found && found.fullName === fullName && found.notes === notes,
    })
    need(send('DELETE', `/api/owners/${id}`, name, { token }), 204, 'takes an owner away')
  }
  const path = `/api/pets/${petId}/attachments`
  const name = '/api/pets/:id/attachments'
  const list = need(send('GET', path, name, { token }), 200, 'lists files')
  check(list, {
    'lists each file once': () => list && list.attachments.length === files.length,
  })
  for (const { seq, body } of files) {
    const found = send('GET', `${path}/${seq}`, `${name}/:seq`, { token })
    check(found, { 'keeps a file as it was sent': () => found.body === body })
  }
}
