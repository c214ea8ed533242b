import { useApi } from '../api/context.tsx'
import { type Species, speciesPath } from '../api/patients.ts'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { changed, kept, linesOf } from './pet-changes.ts'

interface SpeciesDialogProps {
  /** Missing for a new one. */
  readonly species?: Species
  readonly onClose: () => void
}

export function SpeciesDialog({ species, onClose }: SpeciesDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const title = species ? `Edit ${species.name}` : 'New species'
  return (
    <Dialog title={title} width="narrow" onClose={onClose}>
      <Form
        label={species ? 'Edit species' : 'New species'}
        submit={async (values) => {
          const said = {
            code: kept(values.raw('code'), species?.code),
            name: kept(values.raw('name'), species?.name),
            breeds: linesOf(values.raw('breeds'), species?.breeds ?? []),
          }
          if (species) await client.patch(speciesPath(species.code), changed(said, species))
          else await client.post('/species', said)
          cache.invalidate('/species', '/pets')
          tell(`${said.name} is saved.`)
          onClose()
        }}
      >
        <TextField name="name" label="Name" required maxLength={100} defaultValue={species?.name} />
        <TextField
          name="code"
          label="Code"
          required
          maxLength={60}
          defaultValue={species?.code}
          hint={
            species ? 'All pets of this species get the new code.' : 'As in the lists you import.'
          }
        />
        <TextArea
          name="breeds"
          label="Breeds"
          rows={6}
          hint="One a line."
          defaultValue={species?.breeds.join('\n')}
        />
        <FormEnd onCancel={onClose}>{species ? 'Save' : 'Add species'}</FormEnd>
      </Form>
    </Dialog>
  )
}

interface DeleteProps {
  readonly species: Species
  readonly onClose: () => void
}

export function DeleteSpeciesDialog({ species, onClose }: DeleteProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Delete ${species.name}?`}
      action="Delete species"
      onClose={onClose}
      confirm={async () => {
        await client.remove(speciesPath(species.code))
        cache.invalidate('/species')
        tell(`${species.name} is deleted.`)
      }}
    >
      It disappears from every clinic. A species that pets have, or deleted pets had, stays.
    </ConfirmDialog>
  )
}
