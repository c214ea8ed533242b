/** The clients' words and ours. */
const words = { done: 'given', due: 'awaited', overdue: 'late' } as const

export type StatusWord = keyof typeof words
export type Status = (typeof words)[StatusWord]

export const statusWords = ['done', 'due', 'overdue'] as const satisfies readonly StatusWord[]

export const statusOf = (word: StatusWord): Status => words[word]
export const wordOf = (status: Status): StatusWord =>
  statusWords.find((word) => words[word] === status)!
