import { sql } from 'kysely';
import type { StageRef } from '../../domain/entities.ts';
import { anyOf, type Db } from '../database/database.ts';

/**
 * The stage in which each deal stands, as far as it is known: that of its last reading, or of a stage change since. A stage
 * change without a rule is not followed by a reading.
 */
export async function stagesOfDeals(
  db: Db,
  connection: string,
  dealIds: readonly number[],
): Promise<Map<number, StageRef>> {
  if (dealIds.length === 0) return new Map();
  const ids = anyOf([...dealIds], 'bigint');
  const { rows } = await sql<{ deal_id: number; pipeline_id: number; stage_id: number }>`
    select distinct on (deal_id) deal_id, pipeline_id, stage_id from (
      select deal_id, pipeline_id, stage_id, read_at as at, 0 as id from deals
      where connection = ${connection} and deal_id = ${ids}
      union all
      select m.deal_id, m.pipeline_id, m.stage_id, coalesce(e.created_at, m.arrived_at * 1000, 0), m.id
      from moves m left join events e on e.id = m.event_id
      where m.connection = ${connection} and m.deal_id = ${ids}
    ) known order by deal_id, at desc, id desc
  `.execute(db);
  return new Map(rows.map((row) => [row.deal_id, { pipelineId: row.pipeline_id, stageId: row.stage_id }]));
}
