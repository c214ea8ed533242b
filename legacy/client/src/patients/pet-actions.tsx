import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useApi, useUser } from '../api/context.tsx'
import type { Pet } from '../api/patients.ts'
import { may } from '../app/permissions.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { petChanges } from './pet-changes.ts'
import { PetForm } from './pet-form.tsx'
import { SwapMicrochipDialog } from './swap-microchip.tsx'

/** What can be done with a pet, by those who may. */
export function PetActions({ pet }: { pet: Pet }) {
  const { role } = useUser()
  const [open, setOpen] = useState<'edit' | 'swap' | 'delete'>()
  const close = () => setOpen(undefined)
  return (
    <>
      {may(role, 'delete pets') && (
        <IconButton icon="trash" label="Delete patient" onClick={() => setOpen('delete')} />
      )}
      {may(role, 'swap microchips') && (
        <IconButton icon="swap" label="Swap microchips" onClick={() => setOpen('swap')} />
      )}
      {may(role, 'edit pets') && (
        <Button icon="pencil" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {open === 'edit' && <EditPetDialog pet={pet} onClose={close} />}
      {open === 'swap' && <SwapMicrochipDialog pet={pet} onClose={close} />}
      {open === 'delete' && <DeletePetDialog pet={pet} onClose={close} />}
    </>
  )
}

interface PetDialogProps {
  readonly pet: Pet
  readonly onClose: () => void
}

function EditPetDialog({ pet, onClose }: PetDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title={`Edit ${pet.name}`} onClose={onClose}>
      <PetForm
        label="Edit patient"
        action="Save"
        pet={pet}
        owner={{ id: pet.owner_id, text: pet.owner_name }}
        onCancel={onClose}
        submit={async (values) => {
          const changes = petChanges(values, pet)
          if (Object.keys(changes).length > 0) {
            const after = await client.patch<Pet>(`/pets/${pet.id}`, changes)
            cache.revise(`/pets/${pet.id}`, () => after)
            cache.invalidate('/pets', '/calendar')
            tell(`${after.name} is saved.`)
          }
          onClose()
        }}
      />
    </Dialog>
  )
}

function DeletePetDialog({ pet, onClose }: PetDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={`Delete ${pet.name}?`}
      action="Delete patient"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/pets/${pet.id}`)
        await navigate('/patients')
        cache.invalidate('/pets?', '/pets/search?')
        tell(`${pet.name} is deleted.`)
      }}
    >
      {pet.name} of {pet.owner_name} disappears from all lists. Past appointments stay.
    </ConfirmDialog>
  )
}
