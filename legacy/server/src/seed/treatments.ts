import { productOf, products } from './products.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

export interface Treatment {
  readonly description: string
  /** An index into the products. */
  readonly product: number | null
  /** In thousandths. */
  readonly quantity: number
  readonly unitPrice: string
}

const work = (description: string, unitPrice: string): Treatment => ({
  description,
  product: null,
  quantity: 1000,
  unitPrice,
})

function material(sku: string, quantity: number): Treatment {
  const product = productOf(sku)
  const { name, price } = products[product]!
  return { description: name, product, quantity, unitPrice: price }
}

const pills = ['AMX-250', 'DOX-100', 'CAR-50', 'PRE-5']
const others = ['OTI-15', 'EYE-10', 'FLE-SP', 'WRM-1']
const doses = ['VAC-RAB', 'VAC-DHPP', 'VAC-FVRCP']

/** What is done and given, by the service that the visit was booked for. */
const kinds: Readonly<Record<number, (random: Random) => Treatment[]>> = {
  1: (random) => [
    ...(random.chance(0.4) ? [material(random.pick(pills), 7000 * random.int(1, 4))] : []),
    ...(random.chance(0.2) ? [material(random.pick(others), 1000)] : []),
    ...(random.chance(0.15) ? [work('Blood test', '38.00')] : []),
  ],
  2: (random) => [material(random.pick(doses), 1000), material('SYR-2', 1000)],
  3: (random) => [
    material('PRO-20', 250 * random.int(2, 12)),
    work('Scaling and polishing', '0.00'),
    ...(random.chance(0.3) ? [material('DEN-P', 1000)] : []),
  ],
  4: (random) => [
    material('KET-10', 250 * random.int(1, 8)),
    material('SUT-3', 1000 * random.int(1, 3)),
    material('GAU-10', 1000 * random.int(2, 10)),
    material('MEL-1', 125 * random.int(4, 30)),
    ...(random.chance(0.5) ? [material('COL-M', 1000)] : []),
  ],
  5: (random) => (random.chance(0.1) ? [material('STY-P', 1000)] : []),
}

const weightClinic = (random: Random): Treatment[] =>
  random.chance(0.4) ? [material(random.pick(['FOO-R', 'FOO-L']), 1000 * random.int(1, 2))] : []

/** The same visit, the same treatments. */
export function treatmentsOf(
  world: World,
  visit: { readonly id: number; readonly service_type_id: number },
): Treatment[] {
  const random = world.random('treatments', visit.id)
  return (kinds[visit.service_type_id] ?? weightClinic)(random)
}

/** As Postgres writes numeric(…, 3). */
export const thousandths = (quantity: number): string => (quantity / 1000).toFixed(3)
