import { Link, useParams } from 'react-router'
import { useGet, useUser } from '../api/context.tsx'
import type { Pet } from '../api/patients.ts'
import { useToday, WithClinic } from '../app/clinic.tsx'
import { may } from '../app/permissions.ts'
import { PetAppointments } from '../calendar/pet-appointments.tsx'
import { ageInWords, isIsoDay } from '../time/days.ts'
import { RecordTimeline } from '../records/record-timeline.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { Failed, Loaded } from '../ui/states.tsx'
import { Attachments } from './attachments.tsx'
import { PetActions } from './pet-actions.tsx'
import { PetFacts } from './pet-facts.tsx'
import { SpeciesGlyph } from './species-glyph.tsx'
import { useSpecies } from './use-species.ts'
import { VaccinationCard } from './vaccination-card.tsx'
import { petLine } from './words.ts'

export function PetPage() {
  const { petId = '' } = useParams()
  // Another pet is another page: nothing of the one before may linger.
  return <PetDetails key={petId} petId={petId} />
}

function PetDetails({ petId }: { petId: string }) {
  const isId = /^\d{1,10}$/.test(petId)
  const pet = useGet<Pet>(isId ? `/pets/${petId}` : null)
  const { role } = useUser()
  return (
    <>
      <Link to="/patients" className="back">
        <Icon name="left" size={16} /> {role === 'owner' ? 'My pets' : 'Patients'}
      </Link>
      {isId ? (
        <Loaded what="patient" from={pet} lines={10}>
          {(pet) => <KnownPet pet={pet} />}
        </Loaded>
      ) : (
        <Failed what="patient" error={{ status: 404 }} />
      )}
    </>
  )
}

function KnownPet({ pet }: { pet: Pet }) {
  const species = useSpecies().value
  const today = useToday()
  const { role } = useUser()
  const age = isIsoDay(pet.birth_date) ? ageInWords(pet.birth_date, today) : null
  return (
    <Page
      title={pet.name}
      heading={
        <div className="pet-head">
          <SpeciesGlyph code={pet.species_code} size={64} />
          <div>
            <h1>{pet.name}</h1>
            <p className="subtitle">{petLine(pet, species, age)}</p>
          </div>
        </div>
      }
      actions={<PetActions pet={pet} />}
    >
      {pet.allergies.length > 0 && (
        <p className="allergies">
          <Icon name="alert" size={18} />
          <b>Allergic to</b>
          {[...new Set(pet.allergies)].map((allergy) => (
            <span key={allergy} className="tag">
              {allergy}
            </span>
          ))}
        </p>
      )}
      <div className="stack">
        <PetFacts pet={pet} />
        <div className="beside">
          <section className="card" aria-labelledby="visits">
            <WithClinic what="appointments">
              <PetAppointments pet={pet} />
            </WithClinic>
          </section>
          <Attachments petId={pet.id} mayUpload={may(role, 'upload attachments')} />
        </div>
        <RecordTimeline petId={pet.id} />
        <VaccinationCard petId={pet.id} />
      </div>
    </Page>
  )
}
