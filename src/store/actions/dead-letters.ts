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

/** The dead letters with exactly the same error message. The caller merges them into groups. */
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

/** Counts dead letters by kind and cause, in steps, so one cause can occur several times. @param examples ids of each */
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
  /** The names of the deal and of its main contact; null where they were not read. */
  deal: string | null;
  client: string | null;
  person: string | null;
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
      a.failure, a.error as words, ${diedAt} as at, a.attempts,
      case when (select p.state from actions p where p.id = a.after_id) = 'dead' then a.after_id end as "afterId",
      a.payload = '{}' as removed
    from actions a left join deals d on d.connection = a.connection and d.deal_id = a.deal_id
    where ${isSelected(selection)} and a.id > ${above}
    order by a.id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({ ...row, failure: storedFailureClass(row.failure) }));
}
