import type { Owner, OwnerChanges } from '../api/patients.ts'
import type { Values } from '../ui/values.ts'
import { attributesWith, changed, kept } from './pet-changes.ts'

/** What the form of an owner says, as the API takes it; of one who exists, only what changed. */
export function ownerChanges(values: Values, owner?: Owner): OwnerChanges {
  const said: OwnerChanges = {
    fullName: kept(values.raw('fullName'), owner?.fullName),
    email: values.optional('email'),
    phone: emptyAsBefore(values.text('phone'), owner?.phone),
    address: addressIn(values, owner?.address ?? null),
    notes: emptyAsBefore(values.raw('notes'), owner?.notes),
    marketingOptIn: values.isTicked('marketingOptIn'),
  }
  return owner ? changed(said, owner) : said
}

/** Nothing is null here and an empty text there; which of the two stays as it was. */
function emptyAsBefore(typed: string, before: string | null | undefined): string | null {
  return typed === '' && before !== '' ? null : typed
}

function addressIn(values: Values, before: Owner['address']): Owner['address'] {
  const texts = {
    street: values.text('street'),
    city: values.text('city'),
    postcode: values.text('postcode'),
  }
  const isEmpty = Object.values(texts).every((text) => text === '')
  return isEmpty && before === null ? null : attributesWith(before ?? {}, texts)
}
