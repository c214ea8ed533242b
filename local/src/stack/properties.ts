import { writeFileSync } from 'node:fs'

export type Properties = Readonly<Record<string, string | number | boolean>>

/** Writes the settings of a Java program. */
export function writeProperties(file: string, properties: Properties): void {
  const lines = Object.entries(properties).map(
    ([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`,
  )
  writeFileSync(file, lines.join(''), { mode: 0o600 })
}
