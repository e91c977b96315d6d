import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import { OPT_OUTS } from '../../domain/consent/ledger-entry.ts';
import type { LostWrites } from '../../domain/consent/lost-writes.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Db } from '../database/database.ts';
import { anyOf } from '../database/database.ts';
import { readRestored } from '../restored.ts';

/** After a restore: the window of the lost database, with those of these names whose opt-outs are not planned yet. Else null. */
export async function lostWrites(db: Db, connection: string, names: string[]): Promise<LostWrites | null> {
  const restored = await readRestored(db);
  if (restored === null) return null;
  const rows = await db
    .selectFrom('events')
    .select(['person', 'payload'])
    .where('connection', '=', connection)
    .where('person', '=', anyOf(names, 'text'))
    .where('kind', '=', 'mail_report')
    .where('state', '=', 'new')
    .execute();
  const reported = rows.filter(({ payload }) =>
    entriesOfReport(payload as MailReport).some(({ kind }) => OPT_OUTS.has(kind)),
  );
  return {
    from: Math.floor((restored.from ?? 0) / 1000),
    until: restored.doubtfulUntil,
    reported: new Set(reported.flatMap(({ person }) => person ?? [])),
  };
}
