/** Lines of words between bars. */
const list = (...lines: readonly string[]) => lines.flatMap((line) => line.split('|'))

export const firstNames = list(
  `Ada|Amir|Anna|Béatrice|Björn|Carlos|Chloé|Daniel|Eleni|Emma`,
  `Fatima|Grace|Hannah|Ivan|Jack|José|Katarzyna|Liam|Łukasz|Maria`,
  `Mohammed|Noah|Olivia|Priya|Quentin|Rosa|Søren|Thandiwe|Uma|Vera`,
  `William|Xavier|Yuki|Zoë`,
)

export const lastNames = list(
  `Adams|Baker|Castillo|Dubois|Eriksson|Fernández|García|Haddad|Ito`,
  `Jensen|Kowalski|Lindqvist|Müller|Nguyen|Okafor|Patel|Quinn|Rossi`,
  `Schmidt|Taylor|Usman|Varga|Williams|Xu|Young|Zieliński`,
)

/** Names that a form for "first name, last name" gets wrong. */
export const awkwardNames = list(
  `Cher|Mary  Ann  Smith|Siobhán O'Connor|D'Arcy O’Neill|山田 太郎|محمد علي`,
  `Zoë 🐕 Walker|Null| Padded Name |de la Cruz y Martínez, María|X Æ A-12`,
  `Robert"); --|İpek Ğ|a\u0301 decomposed|Tab\tbed`,
)

export const petNames = list(
  `Bella|Max|Luna|Charlie|Milo|Daisy|Rocky|Coco|Oscar|Molly`,
  `Simba|Nala|Felix|Ginger|Biscuit|Pepper|Shadow|Smudge|Tigger`,
  `Bjørn|Señor Whiskers|Mr. O'Malley|小花|Fluffy  II|Ñandú|🐈|-`,
)

export const species = [
  { code: 'dog', name: 'Dog', breeds: ['Labrador', 'Beagle', 'Poodle', 'Dachshund', 'Mixed'] },
  { code: 'cat', name: 'Cat', breeds: ['Domestic Shorthair', 'Maine Coon', 'Siamese'] },
  { code: 'rabbit', name: 'Rabbit', breeds: ['Lop', 'Dwarf', 'Lionhead, "double maned"'] },
  { code: 'guinea pig', name: 'Guinea pig', breeds: [] },
  { code: 'bird', name: 'Bird', breeds: ['Budgerigar', 'Cockatiel', 'Kākāpō'] },
  { code: 'reptile/tortoise', name: 'Tortoise', breeds: ["Hermann's", 'Greek'] },
]

export const colors = ['black', 'white', 'brown', 'tabby', 'grey', 'ginger', 'black & white', '']
export const temperaments = ['calm', 'playful', 'anxious', 'bites', 'friendly']
export const allergies = [
  'penicillin',
  'chicken',
  'beef',
  'pollen',
  'a,b',
  'quote " inside',
  'NULL',
]

export const vaccines: Readonly<Record<string, readonly string[]>> = {
  dog: ['Rabies', 'DHPP', 'Leptospirosis', 'Bordetella'],
  cat: ['Rabies', 'FVRCP', 'FeLV'],
  rabbit: ['Myxomatosis', 'RHDV2'],
}
export const otherVaccines = ['Polyvalent', 'Health check']

export const cities = ['Bristol', 'Leeds', 'Köln', 'Lyon', 'Gdańsk', 'Boston', 'Aarhus']
export const streets = ['High Street', 'Mill Lane', 'Station Road', 'Rue de l’Église', 'Am Markt']

export const visitReasons = [
  'Annual check',
  'Limping',
  'Vaccination',
  'Not eating',
  '',
  'Follow-up',
]

export const findings = [
  'Alert and in good condition. Heart and lungs without findings.',
  'Limps on the left hind leg since yesterday; no swelling, pain on palpation.',
  'Overweight. Diet discussed, to be weighed again in four weeks.',
  'Otitis externa on both sides; ears cleaned, owner shown how.',
  'Vaccinated without reaction; 15 minutes’ observation.',
  'Tartar II°, gingiva reddened. “Won’t let anyone near” — sedation next time.',
  'Vomited three times.\nAbdomen soft, no foreign body felt.\n\nFasting for 12 h.',
  '皮膚炎、両前肢',
]

export const diagnoses = [
  'Sprain',
  'Otitis externa',
  'Gingivitis',
  'Gastritis',
  'Dermatitis',
  'Healthy',
]
