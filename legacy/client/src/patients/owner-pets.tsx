import { useState } from 'react'
import { Link } from 'react-router'
import { useApi, useResource, useUser } from '../api/context.tsx'
import { listPets, type Owner } from '../api/patients.ts'
import { useToday } from '../app/clinic.tsx'
import { may } from '../app/permissions.ts'
import { ageInWords, isIsoDay } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { NewPetDialog } from './new-pet.tsx'
import { SpeciesGlyph } from './species-glyph.tsx'
import { useSpecies } from './use-species.ts'
import { petLine } from './words.ts'

export function OwnerPets({ owner }: { owner: Owner }) {
  const { client } = useApi()
  const { role } = useUser()
  const species = useSpecies().value
  const today = useToday()
  const [isAdding, setAdding] = useState(false)
  const pets = useResource(`/pets?owner=${owner.id}`, () =>
    listPets(client, { owner_id: owner.id, per_page: 100 }),
  )
  return (
    <section className="card" aria-labelledby="pets">
      <div className="card-head">
        <h2 id="pets">Pets</h2>
        {may(role, 'edit pets') && (
          <Button size="small" icon="plus" onClick={() => setAdding(true)}>
            Add pet
          </Button>
        )}
      </div>
      <Loaded what="pets" from={pets} lines={3}>
        {({ pets }) =>
          pets.length === 0 ? (
            <Empty icon="paw" title="No pets on file" />
          ) : (
            <ul className="pet-cards" aria-label="Pets">
              {pets.map((pet) => (
                <li key={pet.id} className="pet-card">
                  <SpeciesGlyph code={pet.species_code} size={44} />
                  <span>
                    <Link to={`/patients/${pet.id}`} className="row-link">
                      {pet.name}
                    </Link>
                    <small>
                      {petLine(
                        pet,
                        species,
                        isIsoDay(pet.birth_date) ? ageInWords(pet.birth_date, today) : null,
                      )}
                    </small>
                  </span>
                  <Icon name="right" size={18} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding && (
        <NewPetDialog
          owner={{ id: owner.id, text: owner.fullName }}
          onClose={() => setAdding(false)}
        />
      )}
    </section>
  )
}
