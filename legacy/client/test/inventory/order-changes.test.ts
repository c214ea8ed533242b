import { expect, test } from 'vitest'
import { orderIn } from '../../src/inventory/order-changes.ts'
import { Values } from '../../src/ui/values.ts'

test('an order has its lines in the order in which they stand, without those that were removed', () => {
  const form = new FormData()
  form.set('supplierId', '31')
  for (const [key, item] of ['7', '8', '9'].entries()) {
    form.set(`itemId-${key}`, item)
    form.set(`quantity-${key}`, ' 2,5 ')
    form.set(`unitCost-${key}`, '0.3333')
  }
  expect(orderIn(new Values(form), [0, 2])).toEqual({
    supplierId: 31,
    lines: [
      { itemId: 7, quantity: '2.5', unitCost: '0.3333' },
      { itemId: 9, quantity: '2.5', unitCost: '0.3333' },
    ],
  })
})
