/** The whole name of `guardians g`, as SQL. */
export const fullName = "(g.given_name || coalesce(' ' || g.family_name, ''))"

/** The columns of a whole name: it is split at its first space, and nowhere without one. */
export function splitName(name: string) {
  const space = name.indexOf(' ')
  return space === -1
    ? { given_name: name, family_name: null }
    : { given_name: name.slice(0, space), family_name: name.slice(space + 1) }
}
