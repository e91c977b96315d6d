import type { Json } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import { eventPage, START } from './event-pages.ts';

/** Reports that are searched for the name, by the index of the lists. */
const SEARCHED = 500;

/**
 * The values of the newest report of this name among the connection's last 500 reports; null where there is none, or its contents
 * are removed.
 */
export async function newestReport(
  db: Db,
  connection: string,
  name: string,
): Promise<Record<string, Json> | null> {
  const of = (['planned', 'ignored', 'parked'] as const).map((state) => ({
    kind: 'mail_report' as const,
    state,
  }));
  const strategy = { by: 'kind', of } as const;
  const page = await eventPage(db, [connection], strategy, START, SEARCHED);
  const newest = page.find((event) => event.name === name);
  if (!newest) return null;
  const row = await db.selectFrom('events').select('payload').where('id', '=', newest.id).executeTakeFirst();
  return row?.payload && 'values' in row.payload ? row.payload.values : null;
}
