export interface Product {
  readonly sku: string
  readonly name: string
  readonly unit: string
  readonly price: string
  readonly cost: string
  readonly reorderAt: string
  readonly tags: readonly string[]
  /** Which of a clinic's suppliers has it. */
  readonly supplier: number
  /** How many come together. */
  readonly pack: number
}

const product = (
  sku: string,
  name: string,
  [unit, pack]: readonly [string, number],
  [price, cost]: readonly [string, string],
  supplier: number,
  ...tags: readonly string[]
): Product => ({
  sku,
  name,
  unit,
  price,
  cost,
  reorderAt: String(Math.ceil(pack / 4)),
  tags,
  supplier,
  pack,
})

/** What every clinic keeps in stock. */
export const products: readonly Product[] = [
  product(
    'AMX-250',
    'Amoxicillin 250 mg',
    ['tablet', 100],
    ['0.85', '0.2150'],
    0,
    'antibiotic',
    'Rx',
  ),
  product(
    'DOX-100',
    'Doxycycline 100 mg',
    ['tablet', 100],
    ['1.10', '0.3120'],
    0,
    'antibiotic',
    'Rx',
  ),
  product('MEL-1', 'Meloxicam 1.5 mg/ml', ['ml', 32], ['1.95', '0.7400'], 0, 'pain', 'Rx'),
  product('CAR-50', 'Carprofen 50 mg', ['tablet', 100], ['1.20', '0.3999'], 0, 'pain', 'Rx'),
  product('PRE-5', 'Prednisolone 5 mg', ['tablet', 100], ['0.30', '0.0625'], 0, 'Rx'),
  product('OTI-15', 'Ear drops “Otiderm”', ['bottle', 6], ['18.90', '9.2000'], 0, 'Rx'),
  product('EYE-10', 'Eye ointment', ['tube', 6], ['14.50', '6.1000'], 0, 'Rx'),
  product(
    'KET-10',
    'Ketamine 100 mg/ml',
    ['ml', 10],
    ['4.80', '2.0500'],
    0,
    'anaesthetic',
    'controlled',
  ),
  product('PRO-20', 'Propofol 10 mg/ml', ['ml', 20], ['2.75', '1.1500'], 0, 'anaesthetic'),
  product('VAC-RAB', 'Rabies vaccine', ['dose', 10], ['12.00', '5.5000'], 1, 'vaccine', 'cold'),
  product('VAC-DHPP', 'DHPP vaccine', ['dose', 10], ['14.00', '6.2500'], 1, 'vaccine', 'cold'),
  product('VAC-FVRCP', 'FVRCP vaccine', ['dose', 10], ['13.50', '6.0000'], 1, 'vaccine', 'cold'),
  product('SYR-2', 'Syringe 2 ml', ['piece', 100], ['0.00', '0.0410'], 1),
  product('GLV-M', 'Gloves, size M', ['pair', 100], ['0.00', '0.0899'], 1),
  product('SUT-3', 'Suture 3-0', ['piece', 24], ['6.40', '2.8000'], 1),
  product('GAU-10', 'Gauze 10 × 10', ['piece', 100], ['0.25', '0.0325'], 1),
  product('COL-M', 'Protective collar, M', ['piece', 5], ['9.95', '3.1000'], 2),
  product('FLE-SP', 'Flea spot-on', ['pipette', 12], ['11.25', '5.0500'], 2, 'parasites'),
  product('WRM-1', 'Worming tablet', ['tablet', 48], ['4.20', '1.3300'], 2, 'parasites'),
  product('DEN-P', 'Toothpaste, poultry', ['tube', 12], ['7.80', '3.4000'], 2),
  product('FOO-R', 'Renal diet 2 kg', ['bag', 6], ['24.90', '16.2000'], 2, 'food'),
  product('FOO-L', 'Light diet 2 kg', ['bag', 6], ['21.50', '13.9900'], 2, 'food'),
  product('STY-P', 'Styptic powder', ['jar', 6], ['5.00', '2.2000'], 2),
]

export const productOf = (sku: string): number => {
  const index = products.findIndex((each) => each.sku === sku)
  if (index < 0) throw new Error(`there is no product ${sku}`)
  return index
}

export const suppliersOfClinic = [
  { name: 'MediVet Großhandel', email: 'orders@medivet.test', phone: null, lead_days: 2 },
  {
    name: 'Cold Chain & Co.',
    email: 'desk@coldchain.test',
    phone: '+44 117 4960123',
    lead_days: 4,
  },
  { name: 'Pets’ Pantry', email: null, phone: '', lead_days: 7 },
]
