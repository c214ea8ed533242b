import type { Random } from './random.ts'
import { startOf, timestamp } from './times.ts'
import { upTo, type World } from './world.ts'

const kinds = [
  { filename: 'x-ray.png', content_type: 'image/png', magic: '89504e470d0a1a0a' },
  { filename: 'Röntgen Größe 2.pdf', content_type: 'application/pdf', magic: '255044462d312e37' },
  { filename: 'blood "work".csv', content_type: 'text/csv; charset=utf-8', magic: '' },
  { filename: '写真.jpg', content_type: 'image/jpeg', magic: 'ffd8ffe0' },
]

/** One to three for each of the first pets; they count per pet. */
export function* attachmentRows(world: World) {
  let written = 0
  for (const pet of upTo(world.size.pets)) {
    const random = world.random('attachments', pet)
    for (const seq of upTo(random.int(1, 3))) {
      if (written === world.size.attachments) return
      written++
      const { filename, content_type, magic } = random.pick(kinds)
      yield {
        pet_id: pet,
        seq,
        filename,
        content_type,
        content: `\\x${magic}${contentOf(random, written)}`,
        note: random.pick([null, '', 'Taken before surgery', 'Left hind leg — “see also” #2']),
        created_at: timestamp(startOf(world.today) - pet * 3_600_000, random.int(0, 999)),
      }
    }
  }
}

/** Mostly small; every tenth is large enough to be stored out of line, and one has nothing but its type. */
function contentOf(random: Random, nth: number): string {
  if (nth === 5) return ''
  return random.bytes(nth % 10 === 0 ? 40_000 : random.int(1, 900)).toString('hex')
}
