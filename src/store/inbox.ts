import { type Selectable, sql } from 'kysely';
import type { LeasedTransaction } from './connections/leased-transaction.ts';
import { type Db, idsOf, jsonText } from './database/database.ts';
import type { InboxRow, Millis, Source } from './database/schema.ts';

/** A stored webhook request. */
export type StoredRequest = Selectable<InboxRow>;

/** Every stored request, as `StoredRequest`: those to be understood, and those that are. */
export const allRequests = sql`(
  select id, connection, source, received_at, headers, body, state, outcome, understood_at from inbox
  union all
  select id, connection, source, received_at, headers, body, 'done', outcome, understood_at from inbox_done
)`;

/** A webhook request as received. */
export interface RawRequest {
  connection: string;
  source: Source;
  receivedAt: Millis;
  /** Only headers that help to diagnose the request, never an authorization. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Stores a batch of requests with one statement and one commit. */
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

export interface NewRequests {
  requests: StoredRequest[];
  /** Whether one of the limits may have left further requests. */
  leavesMore: boolean;
}

/**
 * The oldest requests that were not understood yet, Kommo's before Customer.io's, so that a flood of reports does not
 * hold up a stage change.
 * @param limit the most requests.
 * @param bytes the most bytes of bodies; the request that exceeds them is the last one.
 */
export async function newRequests(
  db: Db,
  connection: string,
  limit: number,
  bytes: number,
): Promise<NewRequests> {
  const { rows } = await sql<StoredRequest>`
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
  const read = rows.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
  return { requests: rows, leavesMore: rows.length >= limit || read >= bytes };
}

/** The id of the newest request, or 0 where there is none. */
export async function newestRequestId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select greatest(
      (select id from inbox order by id desc limit 1), (select id from inbox_done order by id desc limit 1), 0) as id
  `.execute(db);
  return rows[0]!.id;
}

/** The first request with an id above `after` whose body contains a text. */
export async function requestWith(
  db: Db,
  { connection, source, after, text }: { connection: string; source: Source; after: number; text: string },
): Promise<StoredRequest | null> {
  const { rows } = await sql<StoredRequest>`
    select * from ${allRequests} requests
    where id > ${after}::bigint and connection = ${connection} and source = ${source}
      and position(convert_to(${text}, 'UTF8') in body) > 0
    order by id limit 1
  `.execute(db);
  return rows[0] ?? null;
}

/**
 * Moves requests from the inbox to those that are understood. So the inbox stays small, and what retention removes is never
 * changed again. `outcome` is a sentence for the trace.
 */
export async function markUnderstood(
  trx: LeasedTransaction,
  outcomes: { id: number; outcome: string }[],
  now: Millis,
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`
    with understood as (
      delete from inbox using jsonb_to_recordset(${jsonText(outcomes)}::jsonb) as r(id bigint, outcome text)
      where inbox.id = r.id and inbox.id = ${idsOf(outcomes)}
      returning inbox.id, connection, source, received_at, headers, body, r.outcome
    )
    insert into inbox_done (id, connection, source, received_at, headers, body, outcome, understood_at)
    select id, connection, source, received_at, headers, body, outcome, ${now}::bigint from understood
  `.execute(trx);
}
