import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Destination } from '../../domain/actions.ts';
import {
  type FailureClass,
  type FailureCode,
  storedFailureClass,
  storedFailureCode,
} from '../../domain/errors.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { diedAt, isSelected, type Selection, STEP } from './dead-letter-selection.ts';

/**
 * The dead letters of one cause with exactly the same error message. The caller merges them into groups.
 * Actions that were not sent because an earlier one had failed belong to the cause of that one.
 */
export interface DeadCount {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  failure: FailureClass | null;
  code: FailureCode | null;
  error: string | null;
  removed: boolean;
  /** The title of the rule; null where none applied. */
  rule: string | null;
  /** The deal field to set, where the action sets one. */
  field: string | null;
  /** The kind of the actions that wait for those of the cause; null: they are those of the cause. */
  follower: string | null;
  count: number;
  first: Millis;
  last: Millis;
  /** The oldest few. */
  ids: number[];
  /** Who is affected, each once: the deal's id, or the person where there is no deal. */
  subjects: string[];
}

/** Counts dead letters by kind and cause, in steps, so one cause can occur several times. @param examples ids of each */
export async function* countDead(
  db: Db,
  selection: Selection,
  examples: number,
): AsyncGenerator<DeadCount[]> {
  for (let above = 0; ; ) {
    const { rows } = await sql<DeadCount & { top: number }>`
      ${stepWithCauses(selection, above)}
      select connection, cause.lane, cause.kind, cause.failure, cause.code, cause.error, cause.removed, cause.field,
        rule, case when cause_id <> step.id then step.kind end as follower, count(*)::int as count,
        min(step.at) as first, max(step.at) as last, max(step.id) as top,
        to_json((array_agg(step.id order by step.id))[1:${sql.lit(examples)}]) as ids,
        json_agg(distinct coalesce(step.deal_id::text, step.subject)) as subjects
      from step join lateral (
        select a.lane, a.kind, a.failure, a.failure_code as code, a.error, a.payload = '{}' as removed,
          case when a.kind = 'set_field' then a.payload->>'field' end as field
        from actions a where a.id = step.cause_id offset 0
      ) cause on true
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 order by min(step.id)
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

/**
 * The next dead letters, each with the selected one that caused it: at most two before it, as a note waits for its event, and
 * that for its identify. `offset 0` has the planner read each of these by its id alone: on the embedded database, which may
 * lack statistics, it would read all dead letters for each.
 */
const stepWithCauses = (selection: Selection, above: number) => {
  const ifSelected = (id: ReturnType<typeof sql>) =>
    sql`(select a.id from (select * from actions p where p.id = ${id} offset 0) a where ${isSelected(selection)})`;
  return sql`
    with taken as materialized (
      select a.id, a.connection, a.kind, a.deal_id, a.subject, ${diedAt} as at, a.after_id, a.failure_code,
        (select e.rule from events e where e.id = a.event_id) as rule
      from actions a where ${isSelected(selection)} and a.id > ${above} order by a.id limit ${STEP}
    ), with_parent as materialized (
      select taken.*,
        case when failure_code = 'previous_action_failed' then ${ifSelected(sql`taken.after_id`)} end as parent
      from taken
    ), with_grandparent as materialized (
      select with_parent.*, (
        select p.after_id from actions p where p.id = parent and p.failure_code = 'previous_action_failed'
      ) as grandparent
      from with_parent
    ), step as materialized (
      select with_grandparent.*,
        coalesce(case when grandparent is not null then ${ifSelected(sql`grandparent`)} end, parent, id) as cause_id
      from with_grandparent
    )`;
};

/** One dead letter. */
export interface DeadLetter {
  id: number;
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  dealId: number | null;
  /** The names of the deal and of its main contact; null where they were not read. */
  deal: string | null;
  client: string | null;
  person: string | null;
  /** The title of the rule; null where none applied. */
  rule: string | null;
  failure: FailureClass | null;
  /** The destination's words; null after the retention time. */
  words: string | null;
  /** When it became a dead letter, ms. */
  at: Millis;
  attempts: number;
  /** The action that it waits for, where that is a dead letter, too. */
  afterId: number | null;
  /** The contents were removed after the retention time. */
  removed: boolean;
}

/** Single dead letters in order of their ids, at most `limit` with an id above `above`. */
export async function listDead(
  db: Db,
  selection: Selection,
  above: number,
  limit: number,
): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select a.id, a.connection, a.lane, a.kind, a.deal_id as "dealId",
      nullif(d.name, '') as deal, nullif(d.contacts->0->>'name', '') as client,
      case when a.lane = 'customerio' then nullif(a.subject, '')
        else (select e.person from events e where e.id = a.event_id) end as person,
      (select e.rule from events e where e.id = a.event_id) as rule, a.failure, a.error as words, ${diedAt} as at, a.attempts,
      case when (select p.state from actions p where p.id = a.after_id) = 'dead' then a.after_id end as "afterId",
      a.payload = '{}' as removed
    from actions a left join deals d on d.connection = a.connection and d.deal_id = a.deal_id
    where ${isSelected(selection)} and a.id > ${above}
    order by a.id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({ ...row, failure: storedFailureClass(row.failure) }));
}
