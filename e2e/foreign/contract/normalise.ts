/** What a run learnt that another run will not see again. */
export interface Run {
  /** Ids and the like, by the name that steps give them. */
  readonly learnt: Readonly<Record<string, string>>
  readonly startedAt: number
}

export interface Normalisation {
  readonly name: string
  readonly apply: (text: string, run: Run) => string
}

const slack = 15 * 60_000
const instant = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?/g

/** A moment without a zone is in UTC, as the depot writes it. */
const millisecondsOf = (text: string) =>
  Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)

/** All that is allowed to differ between two runs. Anything else that differs is a difference. */
export const normalisations: readonly Normalisation[] = [
  {
    name: 'ids given out in this run',
    apply: (text, { learnt }) =>
      Object.entries(learnt).reduce(
        (changed, [name, value]) => changed.replaceAll(value, `<${name}>`),
        text,
      ),
  },
  {
    name: 'moments of this run (seeded ones are years past)',
    apply: (text, { startedAt }) =>
      text.replaceAll(instant, (moment) =>
        Math.abs(millisecondsOf(moment) - startedAt) < slack ? '<now>' : moment,
      ),
  },
  {
    name: 'the day of this run, as events made without a time bear it',
    apply: (text, { startedAt }) => {
      const days = [startedAt, startedAt + slack].map((at) => new Date(at).toISOString())
      return text.replaceAll(/"day" : "(\d{4}-\d\d-\d\d)"/g, (whole, day: string) =>
        days.some((iso) => iso.startsWith(day)) ? '"day" : "<today>"' : whole,
      )
    },
  },
]

export const normalise = (text: string, run: Run): string =>
  normalisations.reduce((changed, { apply }) => apply(changed, run), text)
