import type pg from 'pg'

/**
 * Lets the process outlive connections that break. A client tells of it by an `error` event besides failing
 * its query, also while it is checked out between two queries; without a listener that ends the process.
 */
export function outliveBrokenConnections(pool: pg.Pool): void {
  const ignore = () => {} // The query that runs, or the next one, fails and tells; the pool opens another.
  pool.on('error', ignore)
  pool.on('connect', (client) => void client.on('error', ignore))
}
