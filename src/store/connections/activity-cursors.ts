import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { LeasedTransaction } from './leased-transaction.ts';

/** How far Customer.io's activity log has been read for one type of activity. */
export interface ActivityCursor {
  /** When it was first read. Earlier activities are ignored. */
  from: UnixSeconds;
  /** The time of the last reading. */
  to: UnixSeconds;
}

/** By type. Types that were never read are missing. */
export async function activityCursors(db: Db, connection: string): Promise<Map<string, ActivityCursor>> {
  const rows = await db
    .selectFrom('activity_cursors')
    .select(['type', 'read_from', 'read_to'])
    .where('connection', '=', connection)
    .execute();
  return new Map(rows.map((row) => [row.type, { from: row.read_from, to: row.read_to }]));
}

export async function saveActivityCursor(
  trx: LeasedTransaction,
  connection: string,
  type: string,
  { from, to }: ActivityCursor,
): Promise<void> {
  await trx
    .insertInto('activity_cursors')
    .values({ connection, type, read_from: from, read_to: to })
    .onConflict((conflict) => conflict.columns(['connection', 'type']).doUpdateSet({ read_to: to }))
    .execute();
}
