import { useNavigate } from 'react-router'
import { useApi } from '../api/context.tsx'
import type { Pet } from '../api/patients.ts'
import type { Choice } from '../ui/combobox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { petChanges } from './pet-changes.ts'
import { PetForm } from './pet-form.tsx'

interface NewPetProps {
  readonly owner?: Choice
  readonly onClose: () => void
}

export function NewPetDialog({ owner, onClose }: NewPetProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  return (
    <Dialog title="New patient" onClose={onClose}>
      <PetForm
        label="New patient"
        action="Add patient"
        owner={owner}
        onCancel={onClose}
        submit={async (values) => {
          const pet = await client.post<Pet>('/pets', petChanges(values))
          cache.invalidate('/pets')
          tell(`${pet.name} is on file.`)
          onClose()
          await navigate(`/patients/${pet.id}`)
        }}
      />
    </Dialog>
  )
}
