import type { SliceRow } from '@strangler/core'

export interface NextStep {
  readonly slice: string
  readonly why: string
  readonly command: string
}

/** What a person would do next for a slice, given how many dead letters it has, and which slices move with it. */
export function nextStep(
  slice: string,
  row: SliceRow | undefined,
  deadLetters = 0,
  together: readonly string[] = [slice],
): NextStep {
  if (!row) return { slice, why: 'no worker has seen it yet', command: 'strangler worker' }
  const { sync, syncError, owner, certificate, phase } = row
  if (phase !== 'idle') {
    return { slice, why: `a switch is under way (${phase})`, command: 'strangler status --watch' }
  }
  if (sync === 'none') {
    return { slice, why: 'it is not synced', command: `strangler sync start ${slice}` }
  }
  if (sync !== 'streaming') {
    return {
      slice,
      why: syncError ?? `its streams: ${sync}`,
      command: `strangler sync start ${slice}`,
    }
  }
  if (deadLetters > 0) {
    const why = `the other side refused changes: ${deadLetters} dead letters`
    return { slice, why, command: `strangler dead-letters list ${slice}` }
  }
  if (!certificate?.clean) {
    return { slice, why: 'it has no clean certificate', command: `strangler verify ${slice}` }
  }
  if (owner === 'extracted') {
    return {
      slice,
      why: 'the service owns it; the way back is open',
      command: `strangler switch ${together.join(' ')} --to legacy`,
    }
  }
  return {
    slice,
    why: 'it is in step and verified',
    command: `strangler switch ${together.join(' ')} --to extracted --dry-run`,
  }
}
