import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** Customer.io's own id of a person (`cio_id`), from the newest of the last 20 reports that contains one. */
export async function cioIdOf(db: Db, connection: string, person: string): Promise<string | null> {
  const { rows } = await sql<{ cio_id: string | null }>`
    select payload->'person'->>'cioId' as cio_id from events
    where connection = ${connection} and person = ${person} and kind = 'mail_report'
    order by id desc limit 20
  `.execute(db);
  return rows.find(({ cio_id }) => cio_id !== null)?.cio_id ?? null;
}
