import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Something that was seen of a connection, with the credential that it was seen with. */
export interface Evidence {
  connection: string;
  name: string;
  /** Of the credential: evidence of another credential than the present one proves nothing. */
  fingerprint: string;
  firstAt: Millis;
  at: Millis;
  /** How often, with this credential. */
  count: number;
  /** A sentence with the particulars of the last time. Never a secret. */
  detail: string | null;
}

/** Adds what was seen. With another credential than before the count starts again. */
export async function addEvidence(db: Db, seen: Evidence[]): Promise<void> {
  if (seen.length === 0) return;
  await sql`
    insert into health_evidence as e (connection, name, fingerprint, first_at, at, count, detail)
    select r.connection, r.name, r.fingerprint, r."firstAt", r.at, r.count, r.detail
    from jsonb_to_recordset(${jsonText(seen)}::jsonb)
      as r(connection text, name text, fingerprint text, "firstAt" bigint, at bigint, count bigint, detail text)
    on conflict (connection, name) do update set
      first_at = case when e.fingerprint = excluded.fingerprint then e.first_at else excluded.first_at end,
      count = case when e.fingerprint = excluded.fingerprint then e.count + excluded.count else excluded.count end,
      at = greatest(e.at, excluded.at), detail = excluded.detail, fingerprint = excluded.fingerprint
  `.execute(db);
}

export async function readEvidence(db: Db, connections: string[]): Promise<Evidence[]> {
  const { rows } = await sql<Evidence>`
    select connection, name, fingerprint, first_at as "firstAt", at, count, detail from health_evidence
    where connection = any(${connections}::text[])
  `.execute(db);
  return rows;
}
