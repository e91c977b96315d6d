import { type Selectable, sql } from 'kysely';
import { type Action, DELAYS, type Destination } from '../../domain/actions.ts';
import type { FailureCode } from '../../domain/errors.ts';
import type { LeasedTransaction, LeaseHolder } from '../connections/leased-transaction.ts';
import { commitLater } from '../database/commit-later.ts';
import { type Db, idsOf, jsonText } from '../database/database.ts';
import type { ActionRow, ActionState, AttemptRow, Millis } from '../database/schema.ts';

export interface NewAction {
  connection: string;
  lane: Destination;
  event_id: number;
  subject: string;
  deal_id: number | null;
  payload: Action;
  ulid: string;
  /** Index in the same list of the action that must be done first; null where it waits for none. */
  after: number | null;
  /** One of `PRIORITY`; default: live. */
  priority?: number;
  /** From when it is due; such an action waits in its lane until many can go with one call. Default: at once. */
  not_before?: Millis;
  /** A note or task that may have been written since this time: it is searched for in Kommo first. */
  unsure_since?: Millis;
}

/** Puts actions into the outbox, in order. */
export async function addActions(trx: LeasedTransaction, actions: NewAction[], now: Millis): Promise<void> {
  if (actions.length === 0) return;
  await sql`with new_actions as materialized (${actionRows(actions)}) ${insertedActions(now)}`.execute(trx);
}

/** Rows with ids, which are assigned before the insert, so that actions can refer to each other. */
export function actionRows(actions: NewAction[]) {
  const rows = actions.map((action, n) => ({
    ...{ priority: PRIORITY.live, ...action, n },
    kind: action.payload.kind,
  }));
  return sql`
    select r.*, nextval(pg_get_serial_sequence('actions', 'id')) as id
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(n int, connection text, lane text, event_id bigint,
      kind text, subject text, deal_id bigint, payload jsonb, ulid text, after int, priority smallint,
      unsure_since bigint, not_before bigint)
  `;
}

/** Inserts the `actionRows` that a part of the statement before it, `new_actions`, has made. */
export function insertedActions(now: Millis) {
  return sql`
    insert into actions (id, connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, after_id, created_at,
      priority, sent_at, failure, next_attempt_at)
    overriding system value
    select r.id, r.connection, r.lane, r.event_id, r.kind, r.subject, r.deal_id, r.payload, r.ulid,
      case when r.after is null then 'ready' else 'waiting' end, before.id, ${now}::bigint, r.priority,
      r.unsure_since, case when r.unsure_since is null then null else 'unknown' end,
      coalesce(${now}::bigint + (${jsonText(DELAYS)}::jsonb ->> r.kind)::bigint, r.not_before, 0)
    from new_actions r left join new_actions before on before.n = r.after
  `;
}

/** The order of delivery: new actions, then retries, then bulk (replays). Lower numbers go first. */
export const PRIORITY = { live: 0, retry: 1, bulk: 2 } as const;

/**
 * Marks actions as `sending` before their call: an action that a crash leaves in this state has an unknown outcome. The
 * lease is checked in the same statement, so that a delivery needs no transaction of its own.
 *
 * The statement of a client that has given it up may still run on the server, after the failed attempt was stored. It then
 * finds another number of attempts and marks nothing: an action that nobody sends would stay `sending` until the next start.
 * @returns the ids that this owner may send. A process that was paused may find its actions delivered by another process.
 */
export async function claimForSending(
  db: Db,
  { name: connection, owner }: LeaseHolder,
  actions: Pick<Selectable<ActionRow>, 'id' | 'attempts'>[],
  now: Millis,
): Promise<Set<number>> {
  if (actions.length === 0) return new Set();
  const ids = actions.map(({ id }) => id);
  const attempts = actions.map((action) => action.attempts);
  // `state || ''` keeps the planner from the index of ready actions, where it would read a long queue for a few ids.
  const { rows } = await sql<{ id: number }>`
    with lease as (select 1 from connections where connection = ${connection} and owner = ${owner} for share)
    update actions set state = 'sending', sent_at = coalesce(sent_at, ${now})
    where id = any(${ids}::bigint[]) and state || '' = 'ready' and exists (select 1 from lease)
      and attempts = (${attempts}::int[])[array_position(${ids}::bigint[], id)]
    returning id
  `.execute(db);
  return new Set(rows.map((row) => row.id));
}

/**
 * Makes actions ready again whose outcome was not stored, because the process died between call and commit. Their outcome
 * is unknown, so they are read back (from `readBackAt` on) before they are written again.
 */
export async function recoverSending(
  trx: LeasedTransaction,
  connection: string,
  readBackAt: Millis,
): Promise<void> {
  await trx
    .updateTable('actions')
    .set({
      state: 'ready',
      failure: 'unknown',
      failure_code: null,
      error: 'Stagepost stopped before the answer was stored.',
      next_attempt_at: readBackAt,
    })
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('sending'))
    .execute();
}

export interface ActionOutcome {
  id: number;
  state: Extract<ActionState, 'done' | 'dead' | 'dropped' | 'ready'>;
  attempts: number;
  next_attempt_at: Millis;
  result: string | null;
  failure: string | null;
  failure_code: FailureCode | null;
  error: string | null;
  warnings: string[];
}

/**
 * Stores the outcomes of calls and the record of these calls, in one statement. An action that waited for a done action
 * becomes ready, unless its own outcome is in the list (a follower). An action that waited for a dead letter becomes a
 * dead letter, too, so that a replay includes both. Retried actions go after new ones.
 *
 * Any process may store a final outcome, and the first one stored stays. Only the connection's `owner` may make an action
 * ready to be retried: a process that was paused must not release an action that another process is just writing. The
 * statement checks that itself, so that an outcome needs no transaction of its own.
 * @returns the lanes where an action became ready.
 */
export async function saveOutcomes(
  db: Db,
  outcomes: ActionOutcome[],
  now: Millis,
  owner: string,
  attempts: NewAttempt[] = [],
): Promise<Destination[]> {
  if (outcomes.length + attempts.length === 0) return [];
  const { rows } = await sql<{ lane: Destination | null }>`
    with recursive finished as (
      update actions set state = r.state, attempts = r.attempts, next_attempt_at = r.next_attempt_at, result = r.result,
        failure = r.failure, failure_code = r.failure_code, error = r.error, warnings = actions.warnings || r.warnings,
        priority = case when r.state = 'ready' and r.attempts > actions.attempts
          then greatest(actions.priority, ${PRIORITY.retry}) else actions.priority end,
        done_at = case when r.state = 'ready' then null else ${now}::bigint end
      from jsonb_to_recordset(${jsonText(outcomes)}::jsonb) as r(id bigint, state text, attempts int,
        next_attempt_at bigint, result text, failure text, failure_code text, error text, warnings jsonb)
      where actions.id = r.id and actions.id = ${idsOf(outcomes)} and actions.state in ('waiting', 'ready', 'sending')
        and (r.state <> 'ready' or exists (
          select 1 from connections c where c.connection = actions.connection and c.owner = ${owner}::text))
      returning actions.id, actions.state
    ), recorded as (
      insert into attempts (connection, lane, started_at, duration_ms, call, status, outcome, error, action_ids)
      select r.connection, r.lane, r.started_at, r.duration_ms, r.call, r.status, r.outcome, r.error,
        array(select jsonb_array_elements_text(r.action_ids)::bigint)
      from jsonb_to_recordset(${jsonText(attempts)}::jsonb) as r(connection text, lane text, started_at bigint,
        duration_ms int, call text, status int, outcome text, error text, action_ids jsonb)
    ), orphaned as (
      select id from actions
      where after_id = any(array(select id from finished where state = 'dead')) and state = 'waiting'
      union
      select a.id from orphaned o cross join lateral (
        select id from actions where after_id = o.id and state = 'waiting' offset 0
      ) a
    ), buried as (
      update actions set state = 'dead', done_at = ${now}::bigint, failure = 'permanent',
        failure_code = 'previous_action_failed', error = 'Not sent: the action before it failed.'
      where id = any(array(select id from orphaned))
    ), released as (
      update actions set state = 'ready', 
        next_attempt_at = coalesce(${now}::bigint + (${jsonText(DELAYS)}::jsonb ->> kind)::bigint, next_attempt_at)
      where state = 'waiting' and after_id = any(array(select id from finished where state in ('done', 'dropped')))
        and not id = any(array(select id from finished))
      returning lane
    )
    select null as lane, ${commitLater} union all select distinct lane, null from released
  `.execute(db);
  return rows.map(({ lane }) => lane).filter((lane) => lane !== null);
}

/** The destination's ids of the notes or tasks that done actions of these kinds have created on these deals. */
export async function resultsOf(
  db: Db,
  connection: string,
  kinds: ActionRow['kind'][],
  dealIds: number[],
): Promise<Set<string>> {
  if (dealIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('actions')
    .select('result')
    .where('connection', '=', connection)
    .where('kind', 'in', kinds)
    .where('deal_id', 'in', dealIds)
    .where('result', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.result!));
}

/** One API call, for the trace. `outcome`: a failure class, or a result such as `accepted`. */
export type NewAttempt = Omit<AttemptRow, 'id'>;
