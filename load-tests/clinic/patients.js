import { anyOf, happens, whole } from './chance.js'
import { dayFromNow, written } from './days.js'
import { screens } from './screens.js'

/** What people type to find an animal, most of it to the letter. */
const sought = ['Bella', 'max', 'Lun', 'coco', 'Mi', '985', 'Ros', 'o', 'Smud', 'tabby']
const surnames = ['Adams', 'Jensen', 'Müller', 'pat', 'Qui', 'Ros', 'Zoë', 'Kowalski', 'an']

/** Goes through the list, or searches it, and opens one. The id of whom was opened, if there was anybody. */
export function findPatient(me) {
  const isSearch = me.role !== 'owner' && happens(0.6)
  const [pets] = isSearch
    ? me.see(...screens.patients(anyOf(sought), null))
    : me.see(...screens.patients(null, me.role === 'owner' ? null : whole(1, 4)))
  const pet = anyOf(pets ?? [])
  if (!pet) return undefined
  me.think(1, 4)
  return pet.id
}

export function openPatient(me, id) {
  const [pet, , , attachments, , vaccinations] = me.see(...screens.patient(id))
  me.think(3, 10)
  return {
    pet,
    attachments: attachments?.attachments ?? [],
    vaccinations: vaccinations?.items ?? [],
  }
}

export function seePatient(me) {
  const id = findPatient(me)
  if (id === undefined) return
  const { attachments } = openPatient(me, id)
  const file = anyOf(attachments)
  if (!file || !happens(0.3)) return
  me.send({ route: '/api/pets/:id/attachments/:seq', params: { id, seq: file.seq } })
}

/** The search by the rarer filters: a POST that only reads. */
export function searchPatients(me) {
  const rare = anyOf([
    { sex: 'FS' },
    { allergy: 'penicillin' },
    { born_from: dayFromNow(-900), born_to: dayFromNow(-500) },
  ])
  me.send({
    method: 'POST',
    route: '/api/pets/search',
    json: { text: '', limit: 200, ...rare },
  })
  me.think(2, 6)
}

export function seeOwner(me) {
  const [owners] = me.see(...screens.owners(happens(0.7) ? anyOf(surnames) : null, 1))
  const owner = anyOf(owners?.data ?? [])
  if (!owner) return
  me.think(1, 4)
  me.see(...screens.owner(owner.id))
  me.think(2, 8)
}

export function noteAboutOwner(me) {
  const [owners] = me.see(...screens.owners(anyOf(surnames), 1))
  const owner = anyOf(owners?.data ?? [])
  if (!owner) return
  me.see(...screens.owner(owner.id))
  me.think(4, 12)
  const json = { notes: `Called on ${written(dayFromNow(0))}.` }
  me.send({ method: 'PATCH', route: '/api/owners/:id', params: { id: owner.id }, json })
  me.see(...screens.owner(owner.id))
}

export function changePatient(me) {
  const id = findPatient(me)
  if (id === undefined) return
  openPatient(me, id)
  me.think(3, 8)
  const json = { weight_kg: `${whole(1, 60)}.${whole(100, 999)}` }
  me.send({ method: 'PATCH', route: '/api/pets/:id', params: { id }, json })
  me.see(...screens.patientAgain(id))
}

/** Somebody is here for the first time. */
export function register(me) {
  me.think(8, 20)
  const mark = `${Date.now().toString(36)}${whole(100, 999)}`
  const owner = me.send({
    method: 'POST',
    route: '/api/owners',
    json: { fullName: `Load ${mark}`, email: `load.${mark}@example.test`, phone: '0117 496 0999' },
    expect: [201],
  })
  if (!owner) return
  me.see(...screens.owner(owner.body.id))
  me.think(5, 12)
  const [species] = me.see({ route: '/api/species' })
  const code = anyOf(species ?? [])?.code
  if (code === undefined) return
  const pet = me.send({
    method: 'POST',
    route: '/api/pets',
    json: { owner_id: owner.body.id, species_code: code, name: 'Load', sex: 'U' },
    expect: [201],
  })
  // The new patient's page, at once: whoever answers it has to know of the write.
  if (pet) openPatient(me, pet.body.id)
}

export function vaccinate(me) {
  const id = findPatient(me)
  if (id === undefined) return
  const { vaccinations } = openPatient(me, id)
  const given = written(dayFromNow(0))
  const due = vaccinations.find(({ status }) => status !== 'done')
  me.think(4, 10)
  if (due) {
    me.send({
      method: 'PATCH',
      route: '/api/vaccinations/:id',
      params: { id: due.id },
      json: { givenOn: given, batch: `LOT-${whole(1000, 9999)}` },
    })
  } else {
    me.send({
      method: 'POST',
      route: '/api/pets/:id/vaccinations',
      params: { id },
      json: { vaccine: 'Rabies', dueOn: written(dayFromNow(365)) },
      expect: [201],
    })
  }
  me.see(...screens.patientAgain(id))
}

export function fileDocument(me) {
  const id = findPatient(me)
  if (id === undefined) return
  openPatient(me, id)
  me.think(3, 8)
  const filed = me.send({
    method: 'POST',
    route: '/api/pets/:id/attachments',
    params: { id },
    query: { filename: 'load.txt', note: 'Load' },
    file: `${'Findings of the laboratory. '.repeat(whole(20, 200))}\n`,
    expect: [201],
  })
  me.see(...screens.patientAgain(id))
  if (!filed || !happens(0.5)) return
  const { seq } = filed.body
  me.send({ route: '/api/pets/:id/attachments/:seq', params: { id, seq } })
}
