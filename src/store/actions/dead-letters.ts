import { type RawBuilder, sql } from 'kysely';
import type { Destination } from '../../domain/actions.ts';
import { type Blocked, type DeadLetterNode, dependencyGroups } from '../../domain/dependency-groups.ts';
import {
  type FailureClass,
  type FailureCode,
  storedFailureClass,
  storedFailureCode,
} from '../../domain/errors.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { PRIORITY } from './actions.ts';

/** Which dead letters. What is left out does not narrow it down. */
export interface Selection {
  connections: string[];
  ids?: number[] | undefined;
  deal?: number | undefined;
  /** A part of the destination's words, in any case; "…" stands for any text. */
  reason?: string | undefined;
  /** When they died, ms, both included. */
  since?: Millis | undefined;
  until?: Millis | undefined;
}

/** Rows that one look takes: 0.1 to 0.3 s on a busy two-core machine (measured with 90,000), on the thread that answers webhooks. */
const STEP = 2_000;

/** Lets webhooks be answered between two looks: the embedded database by itself never gives way to them. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** When an action became a dead letter. */
const diedAt = sql`coalesce(a.done_at, a.created_at)`;

/** The condition on `actions a`. All of it stands on the partial index of dead letters. */
function isSelected({ connections, ids, deal, reason, since, until }: Selection): RawBuilder<boolean> {
  const conditions = [sql`a.state = 'dead' and a.connection = any(${connections}::text[])`];
  if (ids) conditions.push(sql`a.id = any(${ids}::bigint[])`);
  if (deal !== undefined) conditions.push(sql`a.deal_id = ${deal}`);
  if (reason !== undefined) conditions.push(sql`a.error ilike ${likePattern(reason)}`);
  if (since !== undefined) conditions.push(sql`${diedAt} >= ${since}::bigint`);
  if (until !== undefined) conditions.push(sql`${diedAt} <= ${until}::bigint`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&').replaceAll('…', '%')}%`;
}

/** Dead letters with the very same words, from which the caller makes groups. */
export interface DeadCount {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  failure: FailureClass | null;
  code: FailureCode | null;
  error: string | null;
  removed: boolean;
  count: number;
  first: Millis;
  last: Millis;
  /** The oldest few. */
  ids: number[];
}

/** How many there are of each kind and cause, step by step: one cause can come several times. @param examples ids for each */
export async function* countDead(
  db: Db,
  selection: Selection,
  examples: number,
): AsyncGenerator<DeadCount[]> {
  for (let above = 0; ; ) {
    const { rows } = await sql<DeadCount & { top: number }>`
      select connection, lane, kind, failure, code, error, removed, count(*)::int as count, min(at) as first,
        max(at) as last, max(id) as top, to_json((array_agg(id order by id))[1:${sql.lit(examples)}]) as ids
      from (
        select a.id, a.connection, a.lane, a.kind, a.failure, a.failure_code as code, a.error, a.payload = '{}' as removed,
          ${diedAt} as at
        from actions a where ${isSelected(selection)} and a.id > ${above} order by a.id limit ${STEP}
      ) step
      group by 1, 2, 3, 4, 5, 6, 7 order by min(id)
    `.execute(db);
    if (rows.length === 0) return;
    yield rows.map(({ top: _, ...row }) => ({
      ...row,
      failure: storedFailureClass(row.failure),
      code: storedFailureCode(row.code),
    }));
    above = Math.max(...rows.map(({ top }) => top));
    await yieldToEventLoop();
  }
}

/** One dead letter. */
export interface DeadLetter {
  id: number;
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  dealId: number | null;
  person: string | null;
  failure: FailureClass | null;
  /** The destination's words; null after the retention time. */
  words: string | null;
  /** When it became a dead letter, ms. */
  at: Millis;
  attempts: number;
  /** What it was waiting for, where that is a dead letter too. */
  afterId: number | null;
  /** The contents were removed after the retention time. */
  removed: boolean;
}

/** Single dead letters by id, at most `limit` with an id above `above`. */
export async function listDead(
  db: Db,
  selection: Selection,
  above: number,
  limit: number,
): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select a.id, a.connection, a.lane, a.kind, a.deal_id as "dealId",
      case when a.lane = 'customerio' then nullif(a.subject, '')
        else (select e.person from events e where e.id = a.event_id) end as person,
      a.failure, a.error as words, ${diedAt} as at, a.attempts,
      case when (select p.state from actions p where p.id = a.after_id) = 'dead' then a.after_id end as "afterId",
      a.payload = '{}' as removed
    from actions a
    where ${isSelected(selection)} and a.id > ${above}
    order by a.id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({ ...row, failure: storedFailureClass(row.failure) }));
}

/** A dead letter as the plan of a replay looks at it. */
export interface DeadLetterNodeRow extends DeadLetterNode {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  selected: boolean;
  /** The outcome of its last call is not known. */
  unsure: boolean;
  /** An event that is too old to start a campaign. */
  old: boolean;
  at: Millis;
}

/**
 * The selected dead letters and all others of their families. A family never reaches beyond its event: what waits for
 * what is decided by one plan.
 * @param oldBefore unix seconds: an event from before starts no campaign.
 */
export async function deadLetterGraph(
  db: Db,
  selection: Selection,
  oldBefore: number,
): Promise<Map<number, DeadLetterNodeRow>> {
  const found = new Map<number, DeadLetterNodeRow>();
  for (let above = 0; ; ) {
    const { rows: step } = await sql<{ id: number; event: number }>`
      select a.id, a.event_id as event from actions a where ${isSelected(selection)} and a.id > ${above} order by a.id limit ${STEP}
    `.execute(db);
    if (step.length === 0) return found;
    const ids = new Set(step.map(({ id }) => id));
    const events = [...new Set(step.map(({ event }) => event))];
    for (const node of await readFamilies(db, events, oldBefore)) {
      const selected = ids.has(node.id) || found.get(node.id)?.selected === true;
      found.set(node.id, { ...node, selected });
    }
    above = step.at(-1)!.id;
    await yieldToEventLoop();
  }
}

async function readFamilies(
  db: Db,
  events: number[],
  oldBefore: number,
): Promise<Omit<DeadLetterNodeRow, 'selected'>[]> {
  const { rows } = await sql<Omit<DeadLetterNodeRow, 'selected'>>`
    ${ofEvents(events)}
    select a.id, a.connection, a.lane, a.kind, a.after_id as "afterId",
      (select p.state from actions p where p.id = a.after_id) as "afterState",
      a.payload = '{}' as removed, coalesce(a.failure = 'unknown', false) as unsure,
      a.kind = 'track' and coalesce((a.payload->>'timestamp')::numeric < ${oldBefore}, false) as old, ${diedAt} as at
    from family a where a.state = 'dead' order by a.id
  `.execute(db);
  return rows;
}

/**
 * All actions of these events, read by the index on events. Materialized, since the planner (which on the embedded
 * database has no statistics) would else read all dead letters there are for the sake of `state = 'dead'`.
 */
const ofEvents = (events: number[]) => sql`
  with family as materialized (select * from actions where event_id = any(${events}::bigint[]))`;

/** What became of one chunk of a replay. */
export interface Replayed {
  /** Ids that are on their way now: those that were asked for, and their families. */
  taken: number[];
  /** Cannot be replayed, and why. */
  blocked: { id: number; why: Blocked }[];
  /** Whom to wake after the commit. */
  connections: string[];
}

/**
 * Hands dead letters to their lanes again, with their families, in one transaction: those that wait for nothing are
 * ready, the others wait as before. Priority bulk: live work goes first. Where the outcome of the last call is not
 * known, the lane is left what it needs to look for it at Kommo. What is not dead (any more) is left alone, so
 * that a second call with the same ids does nothing.
 * @param record called in the transaction with the taken ids, unless there are none
 */
export async function replayDead(
  db: Db,
  selection: Selection & { ids: number[] },
  record?: (trx: Db, taken: number[]) => Promise<void>,
): Promise<Replayed> {
  return db.transaction().execute(async (trx) => {
    const { ids, events } = await lockFamilies(trx, selection);
    if (ids.length === 0) return { taken: [], blocked: [], connections: [] };
    const { taken, blocked } = dependencyGroups(await readFamilies(trx, events, 0), new Set(ids));
    const takenIds = taken.map(({ node }) => node.id);
    const waiting = taken.filter(({ state }) => state === 'waiting').map(({ node }) => node.id);
    await sql`
      update actions set
        state = case when id = any(${waiting}::bigint[]) then 'waiting' else 'ready' end,
        attempts = 0, next_attempt_at = 0, priority = ${PRIORITY.bulk}, done_at = null,
        sent_at = case when failure = 'unknown' then sent_at end,
        failure = case when failure = 'unknown' then failure end
      where id = any(${takenIds}::bigint[]) and state = 'dead'
    `.execute(trx);
    if (takenIds.length > 0) await record?.(trx, takenIds);
    return {
      taken: takenIds,
      blocked: blocked.map(({ node, why }) => ({ id: node.id, why })),
      connections: [...new Set(taken.map(({ node }) => node.connection))],
    };
  });
}

/**
 * Locks the dead letters, their families, and what these wait for: a lane that is just storing that this is done
 * would else release nobody, and leave one waiting for ever.
 * @returns the selected ids that are dead.
 */
async function lockFamilies(
  trx: Db,
  selection: Selection & { ids: number[] },
): Promise<{ ids: number[]; events: number[] }> {
  const before = await selectedOf(trx, selection);
  if (before.ids.length === 0) return before;
  await sql`
    ${ofEvents(before.events)}, dead as (select id, after_id from family where state = 'dead')
    select id from actions where id in (select id from dead union select after_id from dead)
    order by id for update
  `.execute(trx);
  return selectedOf(trx, selection);
}

async function selectedOf(db: Db, selection: Selection): Promise<{ ids: number[]; events: number[] }> {
  const { rows } = await sql<{ id: number; event: number }>`
    select a.id, a.event_id as event from actions a where ${isSelected(selection)} order by a.id
  `.execute(db);
  return { ids: rows.map(({ id }) => id), events: [...new Set(rows.map(({ event }) => event))] };
}

/**
 * Discards dead letters and all that waited for them: `dropped`, with the reason and the words it had before. At most
 * `limit` of the selection in one transaction.
 * @returns the ids that were discarded, with those that waited for them.
 */
export async function discardDead(
  db: Db,
  selection: Selection,
  why: string,
  limit: number,
  now: Millis,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with recursive chosen as (
      select a.id, a.event_id from actions a where ${isSelected(selection)} order by a.id limit ${limit}
    ), family as (
      select id, event_id from chosen
      union
      select c.id, c.event_id from actions c join family f on c.event_id = f.event_id and c.after_id = f.id
      where c.state in ('dead', 'waiting')
    )
    update actions set state = 'dropped', done_at = ${now}::bigint,
      error = ${`Discarded: ${why}`}::text || coalesce(' (was: ' || error || ')', '')
    where id in (select id from family) and state in ('dead', 'waiting')
    returning id
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Connections of which a process has the lease: somebody delivers there. */
export async function deliveringConnections(db: Db, connections: string[]): Promise<string[]> {
  const { rows } = await sql<{ connection: string }>`
    select connection from connections where connection = any(${connections}::text[])
      and owner is not null and owner_until > (extract(epoch from clock_timestamp()) * 1000)::bigint
  `.execute(db);
  return rows.map(({ connection }) => connection);
}
