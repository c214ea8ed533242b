import { products } from './products.ts'
import { startOf, timestamp } from './times.ts'
import { petNames } from './words.ts'
import { firstUserOf, upTo, type World } from './world.ts'

const dayMs = 86_400_000

function* userIds(world: World): Iterable<number> {
  const { size } = world
  for (let id = 1; id < firstUserOf(size, size.clinics + 1); id++) yield id
}

/** What the last two months brought; the newest have not been seen. */
export function* notificationRows(world: World) {
  for (const user of userIds(world)) {
    const random = world.random('notifications', user)
    for (const nth of upTo(random.int(0, 30))) {
      const made = startOf(world.today) - nth * random.int(1, 2) * dayMs + random.int(0, dayMs / 2)
      const hex = random.bytes(16).toString('hex')
      const { name, unit } = random.pick(products)
      const pet = random.pick(petNames)
      const isStock = random.chance(0.4)
      const at = timestamp(made, random.int(0, 999))
      yield {
        id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`,
        user_id: user,
        kind: isStock ? 'stock-low' : 'appointment-reminder',
        subject: isStock ? `Order soon: ${name}` : `Reminder: ${pet}`,
        body: isStock
          ? `There are 3.000 ${unit} of ${name} left.`
          : `We look forward to seeing ${pet}.`,
        data: isStock ? { item: name, unit, onHand: '3.000' } : { pet },
        created_at: at,
        seen_at: nth <= 2 ? null : timestamp(made + random.int(1, dayMs)),
        mailed_at: random.chance(0.9) ? at : null,
      }
    }
  }
}

export function* preferenceRows(world: World) {
  for (const user of userIds(world)) {
    const random = world.random('preferences', user)
    if (random.chance(0.6)) continue
    yield {
      user_id: user,
      template_key: random.pick(['stock-low', 'appointment-reminder']),
      channels: random.pick([['in_app'], ['email'], [], ['email', 'in_app']]),
    }
  }
}
