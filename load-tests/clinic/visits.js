import { anyOf, happens, whole } from './chance.js'
import { dayFromNow } from './days.js'
import { screens } from './screens.js'

const reasons = ['Annual check', 'Limping', 'Not eating', 'Follow-up', '']
const letters = ['be', 'ma', 'lu', 'o', 'co', 'mi']

/** Of the animals that the seed has made, these are deleted: their visits are left, and their pages are not. */
const isOnFile = (petId) => petId % 33 !== 32

/** Which services there are; asked for with each calendar. */
function services(me) {
  const [first, second] = me.see(...(me.role === 'owner' ? [screens.plan()[1]] : screens.plan()))
  const found = (me.role === 'owner' ? first : second) ?? []
  if (found.length > 0) me.known.services = found
  if (me.role !== 'owner' && first) me.known.shifts = first.schedules
  return me.known.services ?? []
}

export function seeCalendar(me) {
  const service = services(me)[0]
  if (!service) return
  const vetId = anyOf(me.known.shifts ?? [])?.vetId
  me.think(0, 1)
  if (me.role === 'receptionist' && happens(0.5)) me.see(...screens.day(service.id, whole(0, 3)))
  else if (vetId !== undefined) me.see(...screens.week(vetId, service.id, whole(-7, 14)))
  me.think(3, 10)
}

export function seeMyAppointments(me) {
  me.see(...screens.myAppointments())
  me.think(3, 10)
}

/** A pet for the box in the dialog: chosen from what a few letters find. */
function choosePet(me) {
  const found = me.send({
    method: 'POST',
    route: '/api/pets/search',
    json: { text: me.role === 'owner' ? '' : anyOf(letters), limit: 8 },
  })
  return anyOf(found?.body.results ?? [])?.id
}

/** A free time, on the first day from there on that has one. */
function findTime(me, serviceTypeId, ahead) {
  for (let days = ahead; days < ahead + 7; days++) {
    const query = { date: dayFromNow(days), serviceTypeId }
    const free = me.send({ route: '/api/availability', query })
    const soon = Date.now() + 60_000
    const slot = anyOf((free?.body.slots ?? []).filter(({ start }) => Date.parse(start) > soon))
    if (slot) return slot
  }
  return undefined
}

/**
 * Books a visit. Somebody else may have taken the time meanwhile: that is told to whoever books, and no failure.
 *
 * @returns the visit, if it was booked
 */
function bookAt(me, ahead) {
  const service = anyOf(services(me).filter(({ minutes }) => minutes <= 60))
  if (!service) return undefined
  const petId = choosePet(me)
  const slot = findTime(me, service.id, ahead)
  me.think(5, 15)
  if (petId === undefined || !slot) return undefined
  const booked = me.send({
    method: 'POST',
    route: '/api/appointments',
    json: {
      petId,
      vetId: slot.vetId,
      serviceTypeId: service.id,
      start: slot.start,
      reason: anyOf(reasons) || null,
    },
    expect: [201, 409],
  })
  if (booked?.status !== 201) return undefined
  // The visit is there for whoever made it.
  me.send({ route: '/api/appointments/:id', params: { id: booked.body.id } })
  return booked.body
}

export function book(me) {
  const visit = bookAt(me, me.role === 'owner' ? whole(1, 60) : whole(0, 60))
  // People think better of it; and the calendar is never full.
  if (visit && happens(0.6)) cancel(me, visit.id)
}

function cancel(me, id) {
  me.think(3, 8)
  me.send({
    method: 'POST',
    route: '/api/appointments/:id/cancel',
    params: { id },
    expect: [200, 409],
  })
}

export function reschedule(me) {
  const visit = bookAt(me, whole(3, 60))
  if (!visit) return
  const slot = findTime(me, visit.serviceTypeId, whole(3, 60))
  me.think(4, 10)
  if (slot) {
    me.send({
      method: 'PATCH',
      route: '/api/appointments/:id',
      params: { id: visit.id },
      json: { start: slot.start, vetId: slot.vetId },
      expect: [200, 409],
    })
  }
  cancel(me, visit.id)
}

/** Somebody is here: the visit of today that was booked, else one that is booked now. */
export function receive(me) {
  const query = { from: dayFromNow(0), to: dayFromNow(0) }
  const calendar = me.send({ route: '/api/calendar', query })
  const booked = (calendar?.body.appointments ?? []).filter(
    ({ status, petId }) => status === 'booked' && isOnFile(petId),
  )
  const visit = anyOf(booked) ?? bookAt(me, 0)
  if (!visit) return undefined
  me.think(1, 4)
  const arrived = me.send({
    method: 'POST',
    route: '/api/appointments/:id/check-in',
    params: { id: visit.id },
    expect: [200, 409],
  })
  return arrived?.status === 200 ? visit : undefined
}

/** What was given: something out of stock, and work. */
function treatments(me) {
  const found = me.send({ route: '/api/inventory', query: { q: anyOf(['a', 'o', 'e']), size: 8 } })
  const item = anyOf(found?.body.items ?? [])
  return [
    ...(item ? [{ itemId: item.id, quantity: '1' }] : []),
    { description: 'Blood test', quantity: '1', unitPrice: '38.00' },
  ]
}

const findings = () => ({
  findings: 'Alert and in good condition. Heart and lungs without findings.',
  diagnosis: anyOf(['Healthy', 'Sprain', null]),
  codes: [],
  vitals: { temperature: 38 + whole(0, 15) / 10, pulse: whole(60, 160) },
  weightKg: `${whole(1, 60)}.${whole(100, 999)}`,
})

/** Whoever waits is seen, and what was found goes into the history. */
export function completeVisit(me) {
  const query = { from: dayFromNow(0), to: dayFromNow(7), vetId: me.user.id }
  const calendar = me.send({ route: '/api/calendar', query })
  const waiting = (calendar?.body.appointments ?? []).find(
    ({ status, petId }) => status === 'checked_in' && isOnFile(petId),
  )
  const visit = waiting ?? receive(me)
  if (!visit) return
  me.see(...screens.patient(visit.petId))
  me.think(10, 30)
  const given = treatments(me)
  me.send({
    method: 'POST',
    route: '/api/appointments/:id/complete',
    params: { id: visit.id },
    json: { ...findings(), treatments: given },
    expect: [200, 409],
  })
  me.see({ route: '/api/records', query: { petId: visit.petId, limit: 10 } })
}

/** A visit that nobody booked. */
export function writeRecord(me) {
  const petId = choosePet(me)
  if (petId === undefined) return
  me.see(...screens.patient(petId))
  me.think(8, 20)
  const json = { petId, visitedOn: dayFromNow(0), ...findings() }
  me.send({ method: 'POST', route: '/api/records', json, expect: [201] })
  me.see({ route: '/api/records', query: { petId, limit: 10 } })
}
