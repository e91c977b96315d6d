import { sql } from 'kysely';
import { openDatabase } from '../../src/store/database/database.ts';
import type { Store } from '../../test/support/databases.ts';

/** How long each stage of a stage change took, ms, from Stagepost's own records. */
export interface MoveStages {
  /** From the change in Kommo until a pass of the worker took up its webhook. */
  untilTakenUp: number;
  /** Until the batch began that planned it. */
  untilBatch: number;
  /** Until its identify was sent: the deal and its contact were read, and the plan was stored. */
  untilIdentify: number;
  /** Until its event was sent. */
  untilEvent: number;
}

/**
 * The stages of a deal's last stage change.
 * @param store of a Stagepost that has stopped
 * @param movedAt unix ms
 */
export async function stagesOfMove(store: Store, dealId: number, movedAt: number): Promise<MoveStages> {
  const database = await openDatabase({ ...store, onError: () => {} });
  try {
    const { db } = database;
    const event = await db
      .selectFrom('events')
      .select(['id', 'created_at', 'planned_at'])
      .where('kind', '=', 'deal_moved')
      .where('deal_id', '=', dealId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ kind: string; started_at: number }>`
      select a.kind, min(t.started_at) as started_at from actions a
      join attempts t on t.action_ids @> array[a.id]::bigint[]
      where a.event_id = ${event.id} and a.lane = 'customerio' group by a.kind
    `.execute(db);
    const sentAt = (kind: string) => rows.find((row) => row.kind === kind)?.started_at ?? movedAt;
    const plannedAt = event.planned_at ?? movedAt;
    return {
      untilTakenUp: event.created_at - movedAt,
      untilBatch: plannedAt - event.created_at,
      untilIdentify: sentAt('identify') - plannedAt,
      untilEvent: sentAt('track') - sentAt('identify'),
    };
  } finally {
    await database.close();
  }
}
