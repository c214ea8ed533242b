import type { IconName } from '../ui/icon.tsx'

/** A picture for a kind of notification; kinds are made by administrators, so most have the bell. */
export function iconOf(kind: string): IconName {
  if (kind.startsWith('appointment')) return 'calendar'
  if (kind.startsWith('stock')) return 'box'
  return kind.startsWith('vaccination') ? 'syringe' : 'bell'
}

/** `appointment-booked` is "Appointment booked". */
export function kindInWords(key: string): string {
  const words = key.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The words in braces that a template wants to be told, each once. */
export function wordsIn(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) =>
    [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, word]) => word!),
  )
  return [...new Set(found)]
}
