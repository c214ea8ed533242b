import { expect, test } from 'vitest'
import { recordIn, treatmentIn, vitalsInWords } from '../../src/records/record-changes.ts'
import { Values } from '../../src/ui/values.ts'

function typed(texts: Readonly<Record<string, string>>): Values {
  const form = new FormData()
  for (const [name, text] of Object.entries(texts)) form.set(name, text)
  return new Values(form)
}

test('a record has what was typed, and vitals are numbers', () => {
  const said = recordIn(
    typed({
      findings: ' Limps ',
      diagnosis: '',
      codes: 'M25.5\n\n',
      temperature: '38,4',
      weightKg: '12,5',
    }),
  )
  expect(said).toEqual({
    findings: 'Limps',
    diagnosis: null,
    codes: ['M25.5'],
    vitals: { temperature: 38.4 },
    weightKg: '12.5',
  })
})

test('vitals without a field stay, those that were emptied go, and a stored null is left alone', () => {
  const before = {
    findings: 'x',
    diagnosis: null,
    codes: [],
    vitals: { mucosa: 'pink', pulse: 92, temperature: null },
  }
  expect(recordIn(typed({ findings: 'x', pulse: '' }), before).vitals).toEqual({
    mucosa: 'pink',
    temperature: null,
  })
})

test('a treatment is an item out of stock, or something with a price', () => {
  const values = typed({
    'itemId-0': '231',
    'quantity-0': '14',
    'description-1': 'Bandage',
    'quantity-1': '1',
    'unitPrice-1': '9,50',
  })
  expect(treatmentIn(values, { key: 0, isStock: true })).toEqual({ itemId: 231, quantity: '14' })
  expect(treatmentIn(values, { key: 1, isStock: false })).toEqual({
    description: 'Bandage',
    quantity: '1',
    unitPrice: '9.50',
  })
})

test('vitals are read with their units, and without those that have no value', () => {
  expect(vitalsInWords({ pulse: 92, temperature: null, mucosa: 'pink', odd: {} })).toEqual([
    'Pulse 92 /min',
    'mucosa pink',
  ])
})
