import { type Selectable, sql } from 'kysely';
import { type Db, jsonText } from '../database.ts';
import type { InboxRow, Millis, Source } from '../schema.ts';

export interface RawRequest {
  connection: string;
  source: Source;
  receivedAt: Millis;
  /** Only the headers that explain the request; never an authorization. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Stores a batch of raw requests in one statement: one commit, whatever their number. */
export async function storeRequests(db: Db, requests: RawRequest[]): Promise<void> {
  const rows = requests.map(({ connection, source, receivedAt, headers, body }) => ({
    connection,
    source,
    received_at: receivedAt,
    headers,
    body: body.toString('base64'),
  }));
  await sql`
    insert into inbox (connection, source, received_at, headers, body)
    select r.connection, r.source, r.received_at, r.headers, decode(r.body, 'base64')
    from jsonb_to_recordset(${jsonText(rows)}::jsonb)
      as r(connection text, source text, received_at bigint, headers jsonb, body text)
  `.execute(db);
}

/** The oldest requests that nobody has understood yet. */
export async function newRequests(
  db: Db,
  connection: string,
  limit: number,
): Promise<Selectable<InboxRow>[]> {
  return db
    .selectFrom('inbox')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', 'new')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Marks requests understood, with the outcome in words. */
export async function markUnderstood(
  db: Db,
  outcomes: { id: number; outcome: string }[],
  now: Millis,
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`
    update inbox set state = 'done', outcome = r.outcome, understood_at = ${now}
    from jsonb_to_recordset(${jsonText(outcomes)}::jsonb) as r(id bigint, outcome text)
    where inbox.id = r.id
  `.execute(db);
}
