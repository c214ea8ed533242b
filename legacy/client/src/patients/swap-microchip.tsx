import { useApi } from '../api/context.tsx'
import type { Pet } from '../api/patients.ts'
import { Combobox } from '../ui/combobox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { findPets } from './find-pets.ts'
import { useSpecies } from './use-species.ts'

interface SwapProps {
  readonly pet: Pet
  readonly onClose: () => void
}

/** For chips that got mixed up at the counter. */
export function SwapMicrochipDialog({ pet, onClose }: SwapProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const species = useSpecies().value
  return (
    <Dialog title="Swap microchips" onClose={onClose}>
      <Form
        label="Swap microchips"
        submit={async (values) => {
          const withPetId = Number(values.text('withPetId'))
          await client.post(`/pets/${pet.id}/swap-microchip`, { withPetId })
          cache.invalidate('/pets')
          tell('The microchip numbers are swapped.')
          onClose()
        }}
      >
        <p>
          {pet.name} has{' '}
          {pet.microchip ? <span className="code">{pet.microchip}</span> : 'no microchip'} on file.
          Which patient has the number that belongs to {pet.name}?
        </p>
        <Combobox
          name="withPetId"
          label="Other patient"
          placeholder="Search by name or microchip"
          search={async (text, signal) => {
            const found = await findPets(client, text, signal, species)
            return found.filter(({ id }) => id !== String(pet.id))
          }}
        />
        <FormEnd onCancel={onClose}>Swap</FormEnd>
      </Form>
    </Dialog>
  )
}
