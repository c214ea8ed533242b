import { useState } from 'react'
import { useUser } from '../api/context.tsx'
import { may } from '../app/permissions.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { NewPetDialog } from './new-pet.tsx'
import { PetFilterBar } from './pet-filter-bar.tsx'
import { FoundPetList, PetList } from './pet-lists.tsx'
import { usePetFilters } from './pet-filters.ts'

export function PetsPage() {
  const { role } = useUser()
  const [isAdding, setAdding] = useState(false)
  const filters = usePetFilters()
  return (
    <Page
      title={role === 'owner' ? 'My pets' : 'Patients'}
      actions={
        may(role, 'edit pets') && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            New patient
          </Button>
        )
      }
    >
      <PetFilterBar filters={filters} />
      {filters.isDetailed ? <FoundPetList filters={filters} /> : <PetList filters={filters} />}
      {isAdding && <NewPetDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}
