import { sql } from 'kysely';
import type { StageRef } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';

/** Stage changes that are looked at, by the index of the lists. */
const LOOKED_AT = 200;

/**
 * The deals of the connection's last 200 stage changes: those that entered `stage` first, each group the newest first.
 * @param stage null: in the order of their last stage change
 */
export async function recentDeals(
  db: Db,
  connection: string,
  stage: StageRef | null,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ deal_id: number; is_in_stage: boolean }>`
    select e.deal_id, coalesce(
      (e.payload->'to'->>'pipelineId')::bigint = ${stage?.pipelineId ?? null}::bigint
        and (e.payload->'to'->>'stageId')::bigint = ${stage?.stageId ?? null}::bigint, false) as is_in_stage
    from unnest(array['planned', 'ignored', 'waiting', 'held', 'new']) as s(state) cross join lateral (
      select id, deal_id, payload, created_at from events
      where connection = ${connection} and kind = 'deal_moved' and state = s.state
      order by created_at desc, id desc limit ${LOOKED_AT}
    ) e
    where e.deal_id is not null
    order by e.created_at desc, e.id desc limit ${LOOKED_AT}
  `.execute(db);
  const first = rows.filter((row) => row.is_in_stage);
  return [...new Set([...first, ...rows].map((row) => row.deal_id))].slice(0, limit);
}
