import { useState } from 'react'
import { useApi } from '../api/context.tsx'
import type { Client } from '../api/client.ts'
import type { OwnerPage, Pet } from '../api/patients.ts'
import { useToday } from '../app/clinic.tsx'
import { type Choice, Combobox } from '../ui/combobox.tsx'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import type { Values } from '../ui/values.ts'
import { useSpecies } from './use-species.ts'
import { sexOptions, speciesOptions, textIn } from './words.ts'

interface PetFormProps {
  readonly label: string
  readonly pet?: Pet
  readonly owner?: Choice | undefined
  readonly action: string
  readonly submit: (values: Values) => Promise<void>
  readonly onCancel: () => void
}

/** All that staff may say of a pet. */
export function PetForm({ label, pet, owner, action, submit, onCancel }: PetFormProps) {
  const { client } = useApi()
  const species = useSpecies()
  const today = useToday()
  const [code, setCode] = useState(pet?.species_code ?? '')
  const breeds = species.value?.find((one) => one.code === code)?.breeds ?? []
  const attribute = (key: string) => textIn(pet?.attributes ?? null, key)
  const known = speciesOptions(species.value)
  const options =
    known.some(({ value }) => value === code) || !code
      ? known
      : [{ value: code, text: code }, ...known]
  return (
    <Form label={label} submit={submit}>
      <div className="columns">
        <TextField name="name" label="Name" required maxLength={100} defaultValue={pet?.name} />
        <SelectField
          name="species_code"
          label="Species"
          required
          options={[{ value: '', text: 'Choose …' }, ...options]}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Combobox
          name="owner_id"
          label="Owner"
          placeholder="Search by name, e-mail or phone"
          chosen={owner}
          search={(text, signal) => findOwners(client, text, signal)}
        />
        <TextField
          name="breed"
          label="Breed"
          maxLength={100}
          list="breeds"
          defaultValue={attribute('breed')}
        />
        <datalist id="breeds">
          {breeds.map((breed) => (
            <option key={breed} value={breed}>
              {breed}
            </option>
          ))}
        </datalist>
        <SelectField name="sex" label="Sex" options={sexOptions} defaultValue={pet?.sex ?? 'U'} />
        <TextField
          name="birth_date"
          label="Birth date"
          type="date"
          max={today}
          defaultValue={pet?.birth_date ?? ''}
        />
        <TextField
          name="weight_kg"
          label="Weight in kg"
          inputMode="decimal"
          defaultValue={pet?.weight_kg ?? ''}
        />
        <TextField
          name="microchip"
          label="Microchip"
          defaultValue={pet?.microchip ?? ''}
          maxLength={30}
        />
        <TextField
          name="insurance_limit"
          label="Insurance limit"
          inputMode="decimal"
          defaultValue={pet?.insurance_limit ?? ''}
        />
        <TextField name="color" label="Colour" maxLength={100} defaultValue={attribute('color')} />
        <TextField
          name="temperament"
          label="Temperament"
          maxLength={100}
          defaultValue={attribute('temperament')}
        />
        <TextArea
          name="allergies"
          label="Allergies"
          hint="One a line."
          defaultValue={pet?.allergies.join('\n')}
        />
      </div>
      <FormEnd onCancel={onCancel}>{action}</FormEnd>
    </Form>
  )
}

async function findOwners(client: Client, search: string, signal: AbortSignal): Promise<Choice[]> {
  const answer = await client.send('GET', '/owners', { query: { search, limit: 8 }, signal })
  const { data } = (await answer.json()) as OwnerPage
  return data.map(({ id, fullName, email, phone }) => ({
    id,
    text: fullName,
    detail: email ?? phone ?? undefined,
  }))
}
