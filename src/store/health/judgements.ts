import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** The last judgement of a connection by the process that runs it. Its shape belongs to that process's version. */
export interface StoredJudgement {
  connection: string;
  judgement: unknown;
  /** How long ago it was made, ms, by the database's clock, so that the clocks of the machines need not agree. */
  ageMs: Millis;
}

export async function saveJudgements(
  db: Db,
  judgements: { connection: string; judgement: unknown }[],
): Promise<void> {
  if (judgements.length === 0) return;
  await sql`
    insert into health_judgements (connection, judged_at, judgement)
    select r.connection, (extract(epoch from clock_timestamp()) * 1000)::bigint, r.judgement
    from jsonb_to_recordset(${jsonText(judgements)}::jsonb) as r(connection text, judgement jsonb)
    on conflict (connection) do update set judged_at = excluded.judged_at, judgement = excluded.judgement
  `.execute(db);
}

export async function readJudgements(db: Db, connections: string[]): Promise<StoredJudgement[]> {
  const { rows } = await sql<StoredJudgement>`
    select connection, judgement, (extract(epoch from clock_timestamp()) * 1000)::bigint - judged_at as "ageMs"
    from health_judgements where connection = any(${connections}::text[])
  `.execute(db);
  return rows;
}
