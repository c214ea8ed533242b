import type { ApiError } from '../api/errors.ts'

export interface FormProblems {
  /** By the name of a control: what goes behind its label, or a sentence of its own. */
  readonly byName: ReadonlyMap<string, string>
  /** What belongs to no control of the form. */
  readonly general: string | undefined
}

export const noProblems: FormProblems = { byName: new Map(), general: undefined }

/** Refusals that are about one field, though the API does not say so. */
const fieldOfCode: Readonly<Record<string, string>> = {
  MICROCHIP_TAKEN: 'microchip',
  UNKNOWN_OWNER: 'owner_id',
  UNKNOWN_SPECIES: 'species_code',
  SPECIES_EXISTS: 'code',
  UNKNOWN_PET: 'petId',
  UNKNOWN_SERVICE: 'serviceTypeId',
  OVERLAP: 'start',
  OUTSIDE_SCHEDULE: 'start',
  SKU_TAKEN: 'sku',
  OUT_OF_STOCK: 'quantity',
  SUPPLIER_EXISTS: 'name',
  UNKNOWN_SUPPLIER: 'supplierId',
  TOO_LARGE: 'file',
}

/** Puts what the API complained of next to the controls that a form has. */
export function problemsOf(error: ApiError, hasControl: (name: string) => boolean): FormProblems {
  const field = error.code === undefined ? undefined : fieldOfCode[error.code]
  if (field !== undefined && hasControl(field)) {
    return { byName: new Map([[field, error.message]]), general: undefined }
  }
  const byName = new Map<string, string>()
  let isComplete = error.fields.length > 0
  for (const { field, message } of error.fields) {
    if (hasControl(field)) byName.set(field, byName.get(field) ?? message)
    else isComplete = false
  }
  return { byName, general: isComplete ? undefined : error.message }
}

/** What is wrong with a control, as the browser sees it. */
export function complaintOf(control: {
  readonly type: string
  readonly validity: ValidityState
  readonly validationMessage: string
}): string | undefined {
  const { validity, type } = control
  if (validity.valid) return undefined
  if (validity.customError) return control.validationMessage
  if (validity.badInput) return `must be a real ${type === 'number' ? 'number' : type}`
  if (validity.valueMissing) return 'is required'
  if (validity.typeMismatch) return `must be an e-mail address`
  if (validity.tooShort) return 'is too short'
  if (validity.rangeUnderflow || validity.rangeOverflow) return 'is out of range'
  return 'is not right'
}
