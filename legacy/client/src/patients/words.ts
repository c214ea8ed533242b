import type { Pet, Sex, Species } from '../api/patients.ts'
import type { Option } from '../ui/fields.tsx'

export const sexNames: Readonly<Record<Sex, string>> = {
  M: 'Male',
  F: 'Female',
  MN: 'Male, neutered',
  FS: 'Female, spayed',
  U: 'Unknown',
}

export const sexOptions: readonly Option[] = Object.entries(sexNames).map(([value, text]) => ({
  value,
  text,
}))

/** The species by its name, or by its code while the list is not there. */
export function speciesName(code: string, all: readonly Species[] | undefined): string {
  return all?.find((species) => species.code === code)?.name ?? code
}

export function speciesOptions(all: readonly Species[] | undefined): Option[] {
  return (all ?? []).map(({ code, name }) => ({ value: code, text: name }))
}

/** A part of what is free to be anything, if it is a text. */
export function textIn(object: Readonly<Record<string, unknown>> | null, key: string): string {
  const value = object?.[key]
  return typeof value === 'string' ? value : ''
}

/** "Dog · Beagle · Female, spayed · 4 years" */
export function petLine(pet: Pet, all: readonly Species[] | undefined, age: string | null): string {
  return [
    speciesName(pet.species_code, all),
    textIn(pet.attributes, 'breed'),
    pet.sex === 'U' ? '' : sexNames[pet.sex],
    age,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Whatever somebody once stored with a key nobody knows. */
export function anythingInWords(value: unknown): string {
  if (typeof value === 'string') return value || '–'
  return JSON.stringify(value)
}

/** 1500.00 is 1,500.00; every digit is kept. */
export function money(amount: string): string {
  const [whole = '', decimals] = amount.split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
