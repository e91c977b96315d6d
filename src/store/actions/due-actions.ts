import { type Selectable, sql } from 'kysely';
import { type Action, type Destination, parseAction } from '../../domain/actions.ts';
import type { Db } from '../database/database.ts';
import type { ActionRow, Millis } from '../database/schema.ts';
import { PRIORITY } from './actions.ts';

type StoredAction = Selectable<ActionRow>;
type ReadAction = Omit<StoredAction, 'payload'> & { payload: Action };

/**
 * An action to deliver. `followers`: the actions of the same person and lane that wait for this one, as an event waits for
 * its identify.
 */
export type DueAction = ReadAction & { followers?: ReadAction[] | null };

export interface DueActions {
  due: DueAction[];
  /** Actions whose stored payload cannot be read, because another version of Stagepost stored it. */
  unreadable: Pick<StoredAction, 'id' | 'subject' | 'attempts'>[];
  /** Whether one of the limits may have left actions that are due, too. */
  leavesDue: boolean;
  /** When the next postponed action is due; null where none is postponed. */
  nextDueAt: Millis | null;
}

type DueRow = StoredAction & {
  followers?: StoredAction[] | null;
  next_due_at: Millis | null;
  /** The bytes of the payloads up to this one. */
  bytes: number;
};

/** The most bytes of payloads (as stored) that one fetch loads: hundreds of common actions, a few dozen of the largest. */
const FETCH_BYTES = 4_000_000;

/**
 * The actions to deliver now, oldest first within their priority: at most `limit`, and not much more than `bytes` of
 * payloads. An action waits for every earlier open one of its person or deal, so that each person's and each deal's order
 * is kept and a failing person holds back no other. A bulk action (a replay) holds back only bulk actions.
 *
 * PostgreSQL's planner must walk `actions_ready` and look each row up in `actions_subject`, an index that exists only for
 * this query. Its estimates mislead it: with a long history it takes both indexes for empty. Two things make it choose
 * the right plan: the inner `order by`, and `is not true`, which it estimates as half of the rows. It would estimate
 * `is null` or `not exists` as few rows, and sort the whole queue. For 628 of 10,000: about 15 ms on PostgreSQL, 30 ms
 * embedded. Postponed actions are passed over in the index, which names their time: 100,000 of them take 750 pages instead of
 * their rows. Due ones that wait for an earlier one of their person or deal take a lookup each.
 */
export async function dueActions(
  db: Db,
  connection: string,
  lane: Destination,
  now: Millis,
  limit: number,
  bytes = FETCH_BYTES,
): Promise<DueActions> {
  const { rows } = await sql<DueRow>`
    select a.*, (
      select jsonb_agg(to_jsonb(f) order by f.id) from actions f
      where f.after_id = a.id and f.state = 'waiting' and f.lane = a.lane and f.subject = a.subject
    ) as followers, (${nextDue(connection, lane, now)}) as next_due_at, candidate.bytes
    from actions a
    join (
      select id, size, sum(size) over (order by priority, id) as bytes
      from (
        select a.id, a.priority, pg_column_size(a.payload) as size from actions a
        where a.connection = ${connection} and a.lane = ${lane} and a.state = 'ready' and a.next_attempt_at <= ${now}
          and (
            select true from actions b
            where b.connection = a.connection and b.lane = a.lane and b.subject = a.subject and b.id < a.id
              and b.done_at is null and b.state <> 'waiting' and (b.priority < ${PRIORITY.bulk} or a.priority = ${PRIORITY.bulk})
              and (b.state = 'sending' or b.next_attempt_at > ${now} or b.priority > a.priority)
            order by b.subject, b.id
            limit 1
          ) is not true
        order by a.priority, a.id
        limit ${limit}
      ) oldest
    ) candidate on candidate.id = a.id
    where candidate.bytes - candidate.size < ${bytes}
    order by a.priority, a.id
  `.execute(db);
  const last = rows.at(-1);
  const result: DueActions = {
    due: [],
    unreadable: [],
    leavesDue: last !== undefined && (rows.length >= limit || last.bytes >= bytes),
    nextDueAt: last ? last.next_due_at : await nextDueAt(db, connection, lane, now),
  };
  for (const { next_due_at: _, bytes: __, ...row } of rows) {
    const [action] = readActions([row]);
    if (action) result.due.push({ ...action, followers: row.followers && readActions(row.followers) });
    else result.unreadable.push(row);
  }
  return result;
}

/** When the next postponed action of a lane is due, or null. */
export async function nextDueAt(
  db: Db,
  connection: string,
  lane: Destination,
  now: Millis,
): Promise<Millis | null> {
  const { rows } = await sql<{ at: Millis | null }>`select (${nextDue(connection, lane, now)}) as at`.execute(
    db,
  );
  return rows[0]!.at;
}

/** The literal 0 is the condition of `actions_postponed`. */
const nextDue = (connection: string, lane: Destination, now: Millis) => sql`
  select min(next_attempt_at) from actions
  where connection = ${connection} and lane = ${lane} and state = 'ready' and next_attempt_at > 0
    and next_attempt_at > ${now}
`;

/** The rows whose payload can be read. */
function readActions(rows: StoredAction[]): ReadAction[] {
  return rows.flatMap((row) => {
    const payload = parseAction(row.payload);
    return payload === null ? [] : [{ ...row, payload }];
  });
}
