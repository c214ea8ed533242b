/** The LIKE pattern of texts with `part` in them; % and _ in it stand for themselves. */
export function containing(part: string): string {
  return `%${part.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`
}
