/** A LIKE pattern for texts that contain `part`, whose own % and _ are ordinary characters. */
export function containing(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}
