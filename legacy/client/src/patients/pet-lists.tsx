import { Link } from 'react-router'
import { useApi, useResource, useUser } from '../api/context.tsx'
import { type FoundPet, listPets, type Pet, searchPets } from '../api/patients.ts'
import { useToday } from '../app/clinic.tsx'
import { ageInWords, counted, dayInWords, isIsoDay, shortDay } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { Pager } from '../ui/pager.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { criteriaOf, type PetFilters } from './pet-filters.ts'
import { SpeciesGlyph } from './species-glyph.tsx'
import { useSpecies } from './use-species.ts'
import { speciesName, textIn } from './words.ts'

const pageSize = 20

/** A page of the patients. */
export function PetList({ filters }: { filters: PetFilters }) {
  const { client } = useApi()
  const { q, species, page } = filters
  const query = { q, species, page, per_page: pageSize }
  const pets = useResource(`/pets?${JSON.stringify(query)}`, () => listPets(client, query))
  const columns = usePetColumns()
  return (
    <Loaded what="patients" from={pets} lines={10}>
      {({ pets, total }) =>
        pets.length === 0 ? (
          <NoPets filters={filters} />
        ) : (
          <>
            <Table
              label="Patients"
              columns={[...columns, vaccinated]}
              rows={pets}
              keyOf={({ id }) => id}
            />
            <Pager
              page={page}
              size={pageSize}
              total={total}
              onPage={(page) => filters.change({ page: page === 1 ? null : page })}
            />
          </>
        )
      }
    </Loaded>
  )
}

/** What the search finds by the rarer filters: as much as it gives, without pages. */
export function FoundPetList({ filters }: { filters: PetFilters }) {
  const { client } = useApi()
  const criteria = criteriaOf(filters)
  const found = useResource(`/pets/search?${JSON.stringify(criteria)}`, () =>
    searchPets(client, criteria),
  )
  const columns = usePetColumns()
  return (
    <Loaded what="patients" from={found} lines={10}>
      {({ results, total }) =>
        results.length === 0 ? (
          <NoPets filters={filters} />
        ) : (
          <>
            <Table label="Patients" columns={columns} rows={results} keyOf={({ id }) => id} />
            <p className="pager">
              {results.length < total
                ? `The first ${results.length} of ${counted(total, 'patient')}. Narrow the search to see the others.`
                : counted(total, 'patient')}
            </p>
          </>
        )
      }
    </Loaded>
  )
}

function usePetColumns(): Column<FoundPet & Partial<Pet>>[] {
  const species = useSpecies().value
  const today = useToday()
  const { role } = useUser()
  return [
    {
      title: 'Name',
      place: 'main',
      cell: (pet) => (
        <span className="pet-cell">
          <SpeciesGlyph code={pet.species_code} />
          <span>
            <Link to={`/patients/${pet.id}`} className="row-link">
              {pet.name}
            </Link>
            <small>
              {[speciesName(pet.species_code, species), textIn(pet.attributes ?? null, 'breed')]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </span>
        </span>
      ),
    },
    ...(role === 'owner' ? [] : [ownerColumn]),
    {
      title: 'Age',
      isShort: true,
      place: 'side',
      cell: ({ birth_date: born }) => (isIsoDay(born) ? ageInWords(born, today) : <None />),
    },
    {
      title: 'Microchip',
      place: 'hidden',
      cell: ({ microchip }) => (microchip ? <span className="code">{microchip}</span> : <None />),
    },
  ]
}

const vaccinated: Column<Pet> = {
  title: 'Last vaccinated',
  isShort: true,
  place: 'hidden',
  cell: ({ last_vaccinated_on: day }) => (day ? dayInWords(day, shortDay) : <None />),
}

const ownerColumn: Column<FoundPet> = { title: 'Owner', cell: ({ owner_name }) => owner_name }

function NoPets({ filters }: { filters: PetFilters }) {
  const { role } = useUser()
  if (filters.isNarrowed || filters.page > 1) {
    return (
      <Empty icon="search" title="No patient fits that">
        <p>Try fewer letters or other filters.</p>
        <Button onClick={filters.clear}>Show all patients</Button>
      </Empty>
    )
  }
  return (
    <Empty icon="paw" title={role === 'owner' ? 'No pets yet' : 'No patients yet'}>
      <p>
        {role === 'owner'
          ? 'Ask your clinic to enter your e-mail address with your pets.'
          : 'Add the first one to begin.'}
      </p>
    </Empty>
  )
}
