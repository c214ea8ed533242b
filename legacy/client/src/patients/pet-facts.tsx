import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Pet } from '../api/patients.ts'
import { dayInWords, isIsoDay } from '../time/days.ts'
import { useSpecies } from './use-species.ts'
import { anythingInWords, money, sexNames, speciesName, textIn } from './words.ts'

const known = new Set(['breed', 'color', 'temperament'])

/** What is on file of a pet, apart from its history. */
export function PetFacts({ pet }: { pet: Pet }) {
  const species = useSpecies().value
  const owner = <Link to={`/owners/${pet.owner_id}`}>{pet.owner_name}</Link>
  const facts: Record<string, ReactNode> = {
    Owner: owner,
    Species: speciesName(pet.species_code, species),
    Breed: textIn(pet.attributes, 'breed'),
    Sex: sexNames[pet.sex],
    Born: isIsoDay(pet.birth_date) ? dayInWords(pet.birth_date) : pet.birth_date,
    Weight: pet.weight_kg !== null && `${pet.weight_kg} kg`,
    Microchip: pet.microchip && <span className="code">{pet.microchip}</span>,
    Colour: textIn(pet.attributes, 'color'),
    Temperament: textIn(pet.attributes, 'temperament'),
    'Insurance limit': pet.insurance_limit && money(pet.insurance_limit),
  }
  const others = Object.entries(pet.attributes)
    .filter(([key]) => !known.has(key) && key.trim())
    .map(([key, value]) => [key, anythingInWords(value)] as const)
  return (
    <section className="card facts" aria-label="Details">
      <dl>
        {[...Object.entries(facts), ...others].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || <span className="none">–</span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
