import type { PetCriteria, Sex } from '../api/patients.ts'
import { isIsoDay } from '../time/days.ts'
import { useListParams } from '../ui/use-list-params.ts'
import { sexNames } from './words.ts'

export type PetFilters = ReturnType<typeof usePetFilters>

/** What the list of pets is narrowed to, from the address. */
export function usePetFilters() {
  const params = useListParams()
  const sex = params.text('sex')
  const dayIn = (name: string) => (isIsoDay(params.text(name)) ? params.text(name) : '')
  const shown = {
    q: params.text('q'),
    species: params.text('species'),
    sex: (Object.hasOwn(sexNames, sex) ? sex : '') as Sex | '',
    bornFrom: dayIn('born_from'),
    bornTo: dayIn('born_to'),
    allergy: params.text('allergy'),
  }
  const details = [shown.sex, shown.bornFrom, shown.bornTo, shown.allergy].filter(Boolean).length
  return {
    ...shown,
    page: params.page,
    change: params.change,
    /** How many of the rarer filters are set; those take another way to the server. */
    details,
    isDetailed: details > 0,
    isNarrowed: details > 0 || shown.q !== '' || shown.species !== '',
    clear: () =>
      params.change({
        q: null,
        species: null,
        sex: null,
        born_from: null,
        born_to: null,
        allergy: null,
      }),
  }
}

/** The same as what the search takes. */
export function criteriaOf(filters: PetFilters): PetCriteria {
  const { q, species, sex, bornFrom, bornTo, allergy } = filters
  return {
    text: q,
    limit: 200,
    ...(species && { species: [species] }),
    ...(sex && { sex }),
    ...(bornFrom && { born_from: bornFrom }),
    ...(bornTo && { born_to: bornTo }),
    ...(allergy && { allergy }),
  }
}
