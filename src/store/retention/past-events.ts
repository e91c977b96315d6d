import { sql } from 'kysely';
import { anyOf, type Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { REPEATED_FOR_MS, SENT_EVENTS_KEPT_MS, SWEEP_EVERY_MS, UNCERTAIN_ORDER_S } from './kept-times.ts';
import { Steps } from './steps.ts';

/** The newest rows are kept: their ids show whether a database is an earlier state of another one. Counts read in this order. */
interface Ends {
  newestEvent: number;
  eventOfNewestAction: number;
  countedEvent: number;
  countedActionAt: Millis;
}

/**
 * Deletes events that are over, with their actions, moves and the requests that reported them, in the order of their ids.
 *
 * An event stays while anything may need it: an action that is open or a dead letter, a report of it that is not read yet, a
 * task about a bounce that a corrected address will close, emails of a campaign that it has started, and of each deal the last
 * move, which tells a repeated report of the stage from a new entry into it. A report that was put aside stays, too: the ledger
 * has its fact as one that no rule has acted on, so that the next report of it leads to the task and the field.
 *
 * A sweep begins at the first event and goes on where the last call has stopped: the first one after an upgrade may find years of
 * events. Once a week another sweep begins, in every
 * process after its start, too.
 */
export class PastEvents {
  readonly #db: Db;
  /** All events up to this id were visited. */
  #position = 0;
  #sweepBeganAt: Millis | null = null;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Deletes events that were stored before `before`, ms. @returns how many */
  async remove(before: Millis, now: Millis, steps = new Steps()): Promise<number> {
    this.#sweepBeganAt ??= now;
    if (now - this.#sweepBeganAt > SWEEP_EVERY_MS) {
      this.#position = 0;
      this.#sweepBeganAt = now;
    }
    const ends = await readEnds(this.#db);
    const limits = await limitsOfConnections(this.#db, before);
    const doneBefore = Math.min(before, ends.countedActionAt);
    let total = 0;
    await steps.repeat(async (rows) => {
      const visited = await this.#nextEvents(before, ends, rows);
      const past = visited.filter(
        ({ id, connection, at }) =>
          at < (limits.get(connection) ?? before) && id !== ends.eventOfNewestAction,
      );
      total += await deleteEvents(
        this.#db,
        past.map(({ id }) => id),
        { doneBefore, sentSince: now - SENT_EVENTS_KEPT_MS },
      );
      this.#position = visited.at(-1)?.id ?? this.#position;
      return visited.length === rows;
    });
    return total;
  }

  /** The next events up to the last one that is old enough: a clock that was wrong for a while holds nothing up. */
  async #nextEvents(before: Millis, { newestEvent, countedEvent }: Ends, limit: number) {
    const { rows } = await sql<{ id: number; connection: string; at: Millis }>`
      select id, connection, created_at as at from events
      where id > ${this.#position}::bigint and id < ${newestEvent}::bigint and id <= ${countedEvent}::bigint
      order by id limit ${limit}
    `.execute(this.#db);
    return rows.slice(0, rows.findLastIndex(({ at }) => at < before) + 1);
  }
}

async function readEnds(db: Db): Promise<Ends> {
  const { rows } = await sql<Ends>`
    select coalesce((select id from events order by id desc limit 1), 0) as "newestEvent",
      coalesce((select event_id from actions order by id desc limit 1), 0) as "eventOfNewestAction",
      coalesce((select id from count_cursors where source = 'events'), 0) as "countedEvent",
      coalesce((select at from count_cursors where source = 'actions'), 0) as "countedActionAt"
  `.execute(db);
  return rows[0]!;
}

/** A connection that is not run keeps what its waiting requests may repeat. */
async function limitsOfConnections(db: Db, before: Millis): Promise<Map<string, Millis>> {
  const { rows } = await sql<{ connection: string; waiting: Millis | null }>`
    select connection, least(
      (select received_at from inbox i where i.connection = c.connection and state = 'new' order by id limit 1),
      (select min(received_at) from untimed_moves u where u.connection = c.connection)) as waiting
    from connections c
  `.execute(db);
  return new Map(
    rows.flatMap(({ connection, waiting }) =>
      waiting === null ? [] : [[connection, Math.min(before, waiting - REPEATED_FOR_MS)] as const],
    ),
  );
}

/** When a move happened: by the best clock that reported it. */
const timeOf = (move: string) =>
  sql.raw(`coalesce(${move}.kommo_event_at, ${move}.arrived_at, ${move}.hook_at, 0)`);

/** The latest time that any report gives it: one may be about a second entry into the stage that was taken for the first. */
const latestTimeOf = (move: string) =>
  sql.raw(`greatest(${move}.kommo_event_at, ${move}.arrived_at, ${move}.hook_at,
    (select max(t::bigint) from jsonb_array_elements_text(${move}.hook_times) t), 0)`);

/** A task about a bounce or a suppression that is not closed: see `OPEN_TASK` in consent/ledger.ts. */
const HAS_OPEN_TASK = sql`exists (
  select 1 from consent_ledger l where l.event_id = e.id and l.kind in ('bounce', 'suppressed') offset 0
) and exists (
  select 1 from actions t where t.event_id = e.id and t.kind = 'task' and t.state = 'done' and not exists (
    select 1 from actions c
    where c.connection = t.connection and c.deal_id = t.deal_id and c.kind = 'close_task' and c.result = t.result
    offset 0
  ) offset 0
)`;

interface Times {
  /** An action that was done later keeps its event. */
  doneBefore: Millis;
  /** What was sent to Customer.io since then may still start emails. */
  sentSince: Millis;
}

/**
 * The event of a deal's last move, or of a campaign that may still send emails, stays with what it has sent to Customer.io, whose
 * reports name it, and without notes and tasks.
 * @returns how many events were deleted
 */
async function deleteEvents(db: Db, ids: number[], { doneBefore, sentSince }: Times): Promise<number> {
  if (ids.length === 0) return 0;
  // Without statistics the planner would read whole tables: arrays rather than joins, `offset 0` and `state || ''` leave it
  // nothing but lookups by id, event and deal.
  const { rows } = await sql<{ deleted: number }>`
    with past as materialized (
      select e.id, e.connection, e.deal_id from events e
      where e.id = ${anyOf(ids, 'bigint')} and e.state || '' in ('planned', 'ignored')
        and (e.set_aside is null or e.kind <> 'mail_report') and not exists (
        select 1 from actions a
        where a.event_id = e.id and (a.state not in ('done', 'dropped') or a.done_at >= ${doneBefore}::bigint)
        offset 0
      ) and not (${HAS_OPEN_TASK})
      for update of e skip locked
    ), own_moves as materialized (
      select m.id, m.event_id, not exists (
        select 1 from moves later where later.connection = m.connection and later.deal_id = m.deal_id
          and ${timeOf('later')} > ${latestTimeOf('m')} + ${UNCERTAIN_ORDER_S}
        offset 0
      ) as is_last
      from past cross join lateral (
        select * from moves m
        where m.connection = past.connection and m.deal_id = past.deal_id and m.event_id = past.id
        offset 0
      ) m
    ), kept as materialized (
      select event_id from own_moves where is_last
      union
      select event_id from actions where event_id = any(array(select id from past))
        and kind || '' = 'track' and state || '' = 'done' and created_at >= ${sentSince}::bigint
    ), gone as materialized (
      select id from past where id not in (select event_id from kept)
    ), actions_gone as (
      delete from actions where event_id = any(array(select id from past))
        and not (kind = 'track' and event_id = any(array(select event_id from kept)))
    ), moves_gone as (
      delete from moves where id = any(array(select id from own_moves where event_id in (select id from gone)))
    ), reports_gone as (
      delete from event_reports where event_id = any(array(select id from gone))
    ), events_gone as (
      delete from events where id = any(array(select id from gone)) returning 1
    )
    select count(*)::int as deleted from events_gone
  `.execute(db);
  return rows[0]!.deleted;
}
