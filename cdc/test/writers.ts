import type pg from 'pg'

/** Numbers from 0 to 1 that a seed decides, so that a failed run can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Writers {
  /** Transactions that were committed so far. */
  readonly committed: number
  /**
   * Lets each writer finish its transaction, and leaves no loan without a book. Fails if one failed for another reason
   * than its neighbours.
   */
  stop(): Promise<void>
}

/** Conflicts with another writer: ordinary life under concurrency. */
const neighbours = new Set(['23505', '23503', '40P01', '40001'])

/**
 * PostgreSQL 17.10 itself breaks the foreign key at times: a loan came in that had begun while others changed its
 * book's unique `isbn`, and was committed after another one had deleted the book. A target that keeps the key cannot
 * follow, and no certificate is clean. So who lends a book locks it first; what still gets through is taken away.
 */
const orphans = `delete from loans l where not exists (select from books b where b.id = l.book)`

/** Sessions that write into a library's tables, at random, until they are stopped. */
export function startWriters(application: pg.Pool, seed: number, writers = 4): Writers {
  let stopping = false
  let committed = 0
  const write = async (random: () => number): Promise<void> => {
    while (!stopping) {
      const client = await application.connect()
      try {
        await client.query('begin')
        for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
          await client.query(statement(random))
        }
        await client.query(random() < 0.1 ? 'rollback' : 'commit')
        committed++
        client.release()
      } catch (error) {
        await client.query('rollback')
        client.release()
        if (!neighbours.has((error as { code?: string }).code ?? '')) throw error
      }
    }
  }
  const running = Promise.all(
    Array.from({ length: writers }, (_, at) => write(randomFrom(seed * 31 + at))),
  )
  running.catch(() => {}) // Whoever stops them hears of it.
  return {
    get committed() {
      return committed
    },
    async stop() {
      stopping = true
      await running
      await application.query(orphans)
    },
  }
}

function statement(random: () => number): string {
  const number = (below: number) => Math.floor(random() * below)
  const id = () => `(select id from books where id >= ${number(2000)} order by id limit 1)`
  switch (number(9)) {
    case 0:
      return `insert into books (shelf, isbn, title) values (1, gen_random_uuid(), repeat('${number(9)}', ${number(9000)}))`
    case 1:
      return `update books set pages = pages + 1 where id = ${id()}`
    case 2:
      return `update books set title = repeat('${number(9)}', ${number(9000)}), pages = 0 where id = ${id()}`
    case 3:
      return `delete from books where id = ${id()}`
    // Books that are moved with a large title unchanged are another test's: what is not logged cannot be copied.
    case 4:
      return `update books set id = ${number(4000)}, title = 'moved ${number(99)}' where id = ${id()}`
    case 5:
      return `update books set isbn = 'isbn ' || ${number(30)} where id = ${id()}`
    case 6:
      return `insert into loans select id, now() - ${number(100)} * interval '1 s', 'Bo' from books where id = ${id()} for update`
    case 7:
      return `delete from loans where book = ${id()}`
    default:
      return `update loans set reader = 'Cy ${number(99)}', at = at - interval '1 ms' where book = ${id()}`
  }
}
