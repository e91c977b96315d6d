import { sql } from 'kysely';
import type { DealMoved } from '../../domain/events.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { StoredEvent } from '../events/events.ts';

/** Whether a backfill of the connection was ever started with stages whose events are prepared. */
export async function hasStageEvents(db: Db, connection: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from backfills where connection = ${connection} and event_stages <> '[]' limit 1
  `.execute(db);
  return rows.length > 0;
}

/**
 * The events of stage changes, and of deals that a backfill has found in a stage, whose event was sent already by the other of the
 * two: one time that a deal stands in a stage has one event. A stage change counts as the one that a backfill has sent where it was
 * reported, or had happened, before that; a later one is another time.
 * @returns the ids of the events
 */
export async function sentByTheOther(
  db: Db,
  connection: string,
  rows: readonly StoredEvent[],
): Promise<Set<number>> {
  const moves = rows.flatMap(({ id, created_at: createdAt, payload }) =>
    payload.kind === 'deal_moved' ? [{ id, createdAt, ...comparable(payload) }] : [],
  );
  if (moves.length === 0) return new Set();
  // The stage of an event whose contents were removed after the retention time is that of its hold or move.
  const { rows: sent } = await sql<{ id: number }>`
    select r.id from jsonb_to_recordset(${jsonText(moves)}::jsonb) as r(id bigint, "createdAt" bigint, "dealId" bigint,
      "pipelineId" bigint, "stageId" bigint, "occurredAt" bigint, "isBackfilled" boolean)
    where exists (
      select 1 from events e
      left join moves m on m.connection = e.connection and m.deal_id = e.deal_id and m.event_id = e.id
      left join holds h on h.id = e.hold_id
      where e.connection = ${connection} and e.deal_id = r."dealId" and e.kind = 'deal_moved' and e.state = 'planned'
        and starts_with(e.key, 'backfill:') <> r."isBackfilled"
        and coalesce((e.payload->'to'->>'pipelineId')::bigint, m.pipeline_id, h.pipeline_id) = r."pipelineId"
        and coalesce((e.payload->'to'->>'stageId')::bigint, m.stage_id, h.stage_id) = r."stageId"
        and (r."isBackfilled" or r."createdAt" <= e.planned_at or r."occurredAt" < e.planned_at / 1000)
      offset 0
    )
  `.execute(db);
  return new Set(sent.map(({ id }) => id));
}

function comparable({ dealId, to: { pipelineId, stageId }, occurredAt, backfillId }: DealMoved) {
  return { dealId, pipelineId, stageId, occurredAt, isBackfilled: backfillId !== undefined };
}
