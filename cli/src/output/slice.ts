import type { SliceRow } from '@strangler/core'

/** `orders: legacy owns it, epoch 3, streams in step` */
export function describeSlice({ name, owner, epoch, phase, sync }: SliceRow): string {
  const streams = {
    none: 'not synced',
    preparing: 'streams being set up',
    copying: 'copying',
    streaming: 'streams in step',
    stopped: 'streams stopped',
  }[sync]
  const moving = phase === 'idle' ? '' : `, a switch under way (${phase})`
  return `${name}: ${owner} owns it, epoch ${epoch}, ${streams}${moving}`
}
