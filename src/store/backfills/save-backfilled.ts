import { type Selectable, sql } from 'kysely';
import {
  addCounts,
  type BackfillCounts,
  isInCustomerio,
  isSameStage,
  type LeftOutDeal,
  SENT_OUTCOMES,
} from '../../domain/backfill.ts';
import type { DealMoved } from '../../domain/events.ts';
import type { Effect } from '../../domain/plan/plan-types.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { jsonText } from '../database/database.ts';
import type { BackfillRow, EventStage, Millis } from '../database/schema.ts';
import { saveHold } from '../holds/hold-moves.ts';
import { addLeftOut } from './left-out.ts';

export type BackfilledDeal = Extract<Effect, { kind: 'backfilled' }>;

/** Why the event of a deal that a backfill has found in a stage is not sent by itself. */
const HELD_REASON =
  'A backfill has found the deal in this stage. The event is held until somebody decides on the page Held deals.';

/**
 * Saves what has come of listed deals, in the transaction that saves their plans: the sums, the deals that are left out, and
 * the events of those that stand in a stage for which events were asked for. These are held until somebody decides.
 */
export async function saveBackfilled(
  trx: LeasedTransaction,
  connection: string,
  deals: BackfilledDeal[],
  now: Millis,
): Promise<void> {
  for (const [id, own] of Map.groupBy(deals, ({ backfillId }) => backfillId)) {
    const row = await trx
      .selectFrom('backfills')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) continue;
    await addLeftOut(trx, id, own.flatMap(leftOutOf));
    const stages = await holdStageEvents(trx, connection, row, own, now);
    const counts = own.map(countsOf).reduce(addCounts, row.counts);
    await sql`
      update backfills set counts = ${jsonText(counts)}::jsonb, event_stages = ${jsonText(stages)}::jsonb
      where id = ${id}::bigint
    `.execute(trx);
  }
}

/** The sums of one deal. */
export function countsOf({ outcome, newPeople, updatedPeople, stage }: BackfilledDeal): BackfillCounts {
  const isCounted = stage !== null && isInCustomerio(outcome);
  return {
    deals: { [outcome]: 1 },
    ...{ newPeople, updatedPeople },
    stages: isCounted ? [{ ...stage, deals: 1 }] : [],
  };
}

/** None where its client is sent, or the filter passes it over. */
export function leftOutOf({ dealId, outcome, detail }: BackfilledDeal): LeftOutDeal[] {
  const isListed = outcome !== 'passed_over' && !(SENT_OUTCOMES as readonly string[]).includes(outcome);
  return isListed ? [{ dealId, outcome: outcome as LeftOutDeal['outcome'], detail }] : [];
}

/** @returns the stages with the ids of their holds */
async function holdStageEvents(
  trx: LeasedTransaction,
  connection: string,
  { id, event_stages }: Selectable<BackfillRow>,
  deals: BackfilledDeal[],
  now: Millis,
): Promise<EventStage[]> {
  const stages: EventStage[] = [];
  for (const stage of event_stages) {
    const standing = deals.filter(
      (deal) => deal.stage !== null && isSameStage(deal.stage, stage) && isInCustomerio(deal.outcome),
    );
    const dealIds = await withoutEvent(
      trx,
      connection,
      stage,
      standing.map(({ dealId }) => dealId),
    );
    if (dealIds.length === 0) {
      stages.push(stage);
      continue;
    }
    const at = Math.floor(now / 1000);
    const { pipelineId, stageId } = stage;
    const { event } = standing[0]!.stage!;
    const hold = { id: stage.holdId, pipelineId, stageId, event, firstAt: at, lastAt: at };
    const holdId = await saveHold(trx, connection, hold, now, 'backfill');
    const moves = dealIds.map(
      (dealId): DealMoved => ({
        kind: 'deal_moved',
        ...{ dealId, from: null, to: { pipelineId, stageId }, occurredAt: at, backfillId: id },
      }),
    );
    await addHeldMoves(trx, connection, moves, holdId, now);
    stages.push({ ...stage, holdId });
  }
  return stages;
}

/**
 * The deals that no event of the stage was stored for, by a move or by an earlier backfill; one that has led to nothing does not
 * count. The stage of an event whose contents were removed after the retention time is that of its move.
 */
async function withoutEvent(
  trx: LeasedTransaction,
  connection: string,
  { pipelineId, stageId }: EventStage,
  dealIds: number[],
): Promise<number[]> {
  if (dealIds.length === 0) return [];
  const { rows } = await sql<{ deal_id: number }>`
    select d.deal_id from unnest(${dealIds}::bigint[]) as d(deal_id)
    where not exists (
      select 1 from events e left join moves m on m.connection = e.connection and m.deal_id = e.deal_id and m.event_id = e.id
      where e.connection = ${connection} and e.deal_id = d.deal_id and e.kind = 'deal_moved' and e.state <> 'ignored'
        and coalesce((e.payload->'to'->>'stageId')::bigint, m.stage_id) = ${stageId}::bigint
        and coalesce((e.payload->'to'->>'pipelineId')::bigint, m.pipeline_id) = ${pipelineId}::bigint
    )
  `.execute(trx);
  return rows.map((row) => row.deal_id);
}

async function addHeldMoves(
  trx: LeasedTransaction,
  connection: string,
  moves: DealMoved[],
  holdId: number,
  now: Millis,
): Promise<void> {
  const rows = moves.map((move) => ({
    key: `backfill:${move.backfillId}:stage:${move.dealId}`,
    deal_id: move.dealId,
    occurred_at: move.occurredAt,
    payload: move,
  }));
  await sql`
    insert into events (connection, key, kind, deal_id, occurred_at, payload, created_at, state, reason, waiting_since, hold_id)
    select ${connection}, r.key, 'deal_moved', r.deal_id, r.occurred_at, r.payload, ${now}::bigint, 'held', ${HELD_REASON},
      ${now}::bigint, ${holdId}::bigint
    from jsonb_to_recordset(${jsonText(rows)}::jsonb)
      as r(key text, deal_id bigint, occurred_at bigint, payload jsonb)
    on conflict (connection, key) do nothing
  `.execute(trx);
}
