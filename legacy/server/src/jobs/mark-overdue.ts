import type { Queryable } from '../db/transaction.ts'

/** Vaccinations that should have been given before today. */
export async function markOverdue(tx: Queryable, today: string): Promise<number> {
  const { rowCount } = await tx.query(
    "update vaccinations set status = 'overdue' where status = 'due' and due_on < $1",
    [today],
  )
  return rowCount ?? 0
}
