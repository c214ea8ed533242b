import { describe, expect, test } from 'vitest'
import type { Appointment } from '../../src/api/appointments.ts'
import {
  closedHours,
  hoursAround,
  laneOf,
  placed,
  shiftsOn,
  snapped,
  spanOf,
  vetsIn,
} from '../../src/calendar/grid.ts'

const zone = 'Europe/London'

function visit(id: number, start: string, end: string, status: Appointment['status'] = 'booked') {
  return {
    id,
    vetId: 3,
    vetName: 'Hannah Usman',
    petId: 1,
    petName: 'Rex',
    ownerName: 'Ada',
    serviceTypeId: 1,
    serviceName: 'Consultation',
    start: `2026-06-01T${start}:00.000Z`,
    end: `2026-06-01T${end}:00.000Z`,
    status,
    reason: null,
  } satisfies Appointment
}

const shift = (vetId: number, weekday: number, starts: string, ends: string) => ({
  vetId,
  vetName: `Vet ${vetId}`,
  weekday,
  starts,
  ends,
})

test("a column has its vet's shifts of its weekday", () => {
  const shifts = [
    shift(3, 1, '13:30', '17:30'),
    shift(3, 1, '09:00', '12:30'),
    shift(3, 2, '09:00', '12:30'),
    shift(4, 1, '08:00', '12:00'),
  ]
  const column = { key: 'x', day: '2026-06-01', vetId: 3, vetName: 'Vet 3' }
  expect(shiftsOn(shifts, column)).toEqual([
    { from: 540, to: 750 },
    { from: 810, to: 1050 },
  ])
})

describe('the hours shown', () => {
  test('are whole ones around everything', () => {
    expect(
      hoursAround([
        { from: 545, to: 750 },
        { from: 810, to: 1055 },
      ]),
    ).toEqual({
      from: 540,
      to: 1080,
    })
  })

  test('end with the day', () => {
    expect(hoursAround([{ from: 1300, to: 1440 }])).toEqual({ from: 1260, to: 1440 })
  })

  test('are ordinary ones where there is nothing', () => {
    expect(hoursAround([])).toEqual({ from: 540, to: 1020 })
  })
})

test('what lies before, between and after the shifts is closed', () => {
  const shifts = [
    { from: 540, to: 750 },
    { from: 810, to: 1050 },
  ]
  expect(closedHours(shifts, { from: 480, to: 1080 })).toEqual([
    { from: 480, to: 540 },
    { from: 750, to: 810 },
    { from: 1050, to: 1080 },
  ])
  expect(closedHours([], { from: 540, to: 600 })).toEqual([{ from: 540, to: 600 }])
  expect(closedHours([{ from: 480, to: 1080 }], { from: 540, to: 600 })).toEqual([])
})

test('an appointment lies where the clock at the clinic has it', () => {
  expect(spanOf(visit(1, '08:05', '08:20'), zone)).toEqual({
    day: '2026-06-01',
    from: 545,
    to: 560,
  })
  expect(spanOf(visit(1, '22:30', '23:30'), zone).to).toBe(1440)
})

describe('lanes', () => {
  const lanesOf = (...visits: Appointment[]) =>
    placed(visits, zone).map(({ appointment, lane, lanes }) => [appointment.id, lane, lanes])

  test('appointments one after the other have the width to themselves', () => {
    expect(lanesOf(visit(1, '09:00', '09:20'), visit(2, '09:20', '09:40'))).toEqual([
      [1, 0, 1],
      [2, 0, 1],
    ])
  })

  test('a cancelled one gives way, also where nothing has taken its place yet', () => {
    expect(
      lanesOf(
        visit(1, '09:00', '09:20', 'cancelled'),
        visit(2, '09:00', '09:20'),
        visit(3, '10:00', '10:20', 'cancelled'),
      ),
    ).toEqual([
      [1, 1, 2],
      [2, 0, 2],
      [3, 1, 2],
    ])
  })

  test('several cancelled ones at a time share what is left', () => {
    expect(
      lanesOf(
        visit(1, '09:00', '10:00'),
        visit(2, '09:00', '09:30', 'cancelled'),
        visit(3, '09:15', '09:45', 'cancelled'),
        visit(4, '09:30', '09:50', 'cancelled'),
      ),
    ).toEqual([
      [2, 1, 3],
      [1, 0, 3],
      [3, 2, 3],
      [4, 1, 3],
    ])
  })

  test('the lanes together are as wide as the column', () => {
    const at = (lane: number) => laneOf({ lane, lanes: 3 } as Parameters<typeof laneOf>[0])
    expect(at(1).left).toBeCloseTo(at(0).wide)
    expect(at(2).left + at(2).wide).toBeCloseTo(1)
    expect(at(0).wide).toBeGreaterThan(at(1).wide * 3)
  })
})

test.each([
  [547, 545],
  [548, 550],
  [100, 540],
  [1079, 1060],
])('what is dropped at minute %i begins at %i', (minute, begins) => {
  expect(snapped(minute, 20, { from: 540, to: 1080 })).toBe(begins)
})

test('each vet is named once, by name', () => {
  expect(vetsIn([shift(4, 1, '9', '1'), shift(3, 1, '9', '1'), shift(4, 2, '9', '1')])).toEqual([
    { id: 3, name: 'Vet 3' },
    { id: 4, name: 'Vet 4' },
  ])
})
