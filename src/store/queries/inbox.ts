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

/**
 * The oldest requests that nobody has understood yet, Kommo's before Customer.io's: a flood of reports does not hold
 * up a stage change. At most `limit`, and not much more than `bytes` of bodies.
 */
export async function newRequests(
  db: Db,
  connection: string,
  limit: number,
  bytes: number,
): Promise<Selectable<InboxRow>[]> {
  const { rows } = await sql<Selectable<InboxRow>>`
    select i.* from inbox i
    join (
      select id, sum(size) over (order by source desc, id) - size as before
      from (
        select id, source, coalesce(octet_length(body), 0) as size from inbox
        where connection = ${connection} and state = 'new'
        order by source desc, id limit ${limit}
      ) oldest
    ) batch on batch.id = i.id
    where batch.before < ${bytes}
    order by i.source desc, i.id
  `.execute(db);
  return rows;
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
