import { sql } from 'kysely';
import type { StageRef } from '../domain/entities.ts';
import type { Db } from './database/database.ts';

/** How many of the deals that Stagepost has read are in each of these stages, in their order. */
export async function countDealsInStages(
  db: Db,
  connection: string,
  stages: readonly StageRef[],
): Promise<number[]> {
  if (stages.length === 0) return [];
  const { rows } = await sql<{ pipeline_id: number; stage_id: number; count: number }>`
    select pipeline_id, stage_id, count(*)::int as count from deals
    where connection = ${connection} and stage_id = any(${stages.map(({ stageId }) => stageId)}::bigint[])
    group by 1, 2
  `.execute(db);
  return stages.map(
    ({ pipelineId, stageId }) =>
      rows.find((row) => row.pipeline_id === pipelineId && row.stage_id === stageId)?.count ?? 0,
  );
}

/** How many timers run that each of these events has started, in their order. */
export async function countRunningTimers(
  db: Db,
  connection: string,
  starts: readonly string[],
): Promise<number[]> {
  if (starts.length === 0) return [];
  const { rows } = await sql<{ start: string; count: number }>`
    select start, count(*)::int as count from watches
    where connection = ${connection} and state = 'running' and start = any(${starts}::text[]) group by 1
  `.execute(db);
  return starts.map((start) => rows.find((row) => row.start === start)?.count ?? 0);
}

/** Stage changes that wait for a contact, for their time or for a decision, up to a limit. */
export async function countWaitingMoves(db: Db, connection: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      (select 1 from events where connection = ${connection} and state = 'waiting' limit ${limit})
      union all
      (select 1 from events where connection = ${connection} and state = 'held' limit ${limit})
    ) waiting
  `.execute(db);
  return rows[0]!.count;
}
