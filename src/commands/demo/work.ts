import { sql } from 'kysely';
import { openWork } from '../../store/counts/open-work.ts';
import type { Db } from '../../store/database/database.ts';
import type { Work } from './contract.ts';

/** What Stagepost has accepted of one connection, and what is not done yet. */
export async function readWork(db: Db, connection: string): Promise<Work> {
  const [open] = await openWork(db, [connection]);
  const { rows } = await sql<{
    events: number;
  }>`select count(*)::int as events from events where connection = ${connection}`.execute(db);
  const { inbox = 0, events = 0, kommo = 0, customerio = 0, dead = 0 } = open ?? {};
  return { events: rows[0]?.events ?? 0, waiting: inbox + events + kommo + customerio, dead };
}
