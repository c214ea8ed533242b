import { useGet } from '../api/context.tsx'
import type { Species } from '../api/patients.ts'

/** All species, as every list and form of pets needs them. */
export const useSpecies = () => useGet<readonly Species[]>('/species')
