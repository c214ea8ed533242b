import type { CatalogColumn } from '@strangler/core'
import type { Translation } from '../src/translate/translation.ts'

/** A table of a translation with text columns, of which the first ones are the key. */
export function translationOf(
  name: string,
  columns: readonly string[],
  keyLength = 1,
): Translation {
  return {
    source: { schema: 'public', name },
    target: { schema: 'public', name },
    direction: 'forward',
    sharedSink: false,
    inputs: columns.map(textColumn),
    keyLength,
    outputs: [],
  }
}

function textColumn(name: string): CatalogColumn {
  return {
    name,
    type: 'text',
    castType: 'text',
    portableType: 'text',
    portableDeclared: 'text',
    nullable: true,
    generated: false,
    identity: false,
    hasDefault: false,
    sequence: null,
    identityAlways: false,
    sequenceHabits: [],
  }
}
