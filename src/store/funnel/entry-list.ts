import { type RawBuilder, sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import { LOST, type StageStep } from '../../domain/funnel/funnel.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import { IS_EMAILED } from './campaign-counts.ts';
import type { EntryPeriod } from './entry-counts.ts';

export type EntryStep = 'emailed' | 'opened' | 'clicked' | 'moved_on' | 'missed';

/** Which entries of a period a list shows. */
export interface EntryFilter extends EntryPeriod {
  pipelineId?: number | undefined;
  stageId?: number | undefined;
  /** Only those that have come so far; `moved_on`: whose deal went on; `missed`: without an email. */
  step?: EntryStep | undefined;
  /** Of `moved_on`: which stages follow which, within a pipeline. */
  onwards?: readonly StageStep[] | undefined;
  /** Only those that have started this campaign; `step` says then how far its own emails came. */
  campaign?: string | undefined;
  /** Only those without an email for this reason. */
  reason?: string | undefined;
}

/** The place in the list after which the next page begins. */
export interface EntryPlace {
  at: UnixSeconds;
  id: number;
}

export interface ListedEntry {
  id: number;
  connection: string;
  deal_id: number;
  pipelineId: number;
  stageId: number;
  enteredAt: UnixSeconds;
  missed: string | null;
  /** Where the deal went next; null while it is in the stage. */
  nextPipelineId: number | null;
  nextStageId: number | null;
  openedAt: UnixSeconds | null;
  clickedAt: UnixSeconds | null;
  /** Of the stage change, if it is still stored: whom it was about, and why nothing was sent. */
  person: string | null;
  reason: string | null;
}

const STEPS = {
  emailed: sql`s.missed is null`,
  opened: sql`s.opened_at is not null`,
  clicked: sql`s.clicked_at is not null`,
  missed: sql`s.missed is not null`,
};

/** As `isMovedOn` of the funnel says it. The steps are hashed once for all rows. */
function movedOn(onwards: readonly StageStep[]): RawBuilder<unknown> {
  return sql`s.next_stage_id <> ${LOST} and (s.next_pipeline_id <> s.pipeline_id
    or (s.pipeline_id, s.stage_id, s.next_stage_id) in (
      select "pipelineId", "stageId", "nextStageId" from jsonb_to_recordset(${jsonText(onwards)}::jsonb)
        as o("pipelineId" bigint, "stageId" bigint, "nextStageId" bigint)))`;
}

const CAMPAIGN_STEPS: Partial<Record<EntryStep, RawBuilder<unknown>>> = {
  opened: sql`opened_at is not null`,
  clicked: sql`clicked_at is not null`,
};

function hasStarted(campaign: string, step: EntryStep | undefined): RawBuilder<unknown> {
  return sql`exists (
    select 1 from entry_campaigns where event_id = s.event_id and campaign = ${campaign}
      and ${(step && CAMPAIGN_STEPS[step]) ?? IS_EMAILED})`;
}

/** The newest entries before a place, at most `limit`. */
export async function listEntries(
  db: Db,
  { connections, since, until, pipelineId, stageId, step, reason, campaign, onwards = [] }: EntryFilter,
  before: EntryPlace,
  limit: number,
): Promise<ListedEntry[]> {
  const conditions = [
    sql`s.connection = c.connection and s.entered_at >= ${since}::bigint and s.entered_at < ${until}::bigint`,
    sql`(s.entered_at, s.event_id) < (${before.at}::bigint, ${before.id}::bigint)`,
    ...(pipelineId === undefined ? [] : [sql`s.pipeline_id = ${pipelineId}::bigint`]),
    ...(stageId === undefined ? [] : [sql`s.stage_id = ${stageId}::bigint`]),
    ...(step === undefined || campaign !== undefined
      ? []
      : [step === 'moved_on' ? movedOn(onwards) : STEPS[step]]),
    ...(campaign === undefined ? [] : [hasStarted(campaign, step)]),
    ...(reason === undefined ? [] : [sql`s.missed = ${reason}`]),
  ];
  const newest = sql`order by entered_at desc, event_id desc limit ${limit}`;
  const { rows } = await sql<ListedEntry>`
    select s.event_id as id, s.connection, s.deal_id, s.pipeline_id as "pipelineId", s.stage_id as "stageId",
      s.entered_at as "enteredAt", s.missed, s.next_pipeline_id as "nextPipelineId", s.next_stage_id as "nextStageId", s.opened_at as "openedAt", s.clicked_at as "clickedAt", e.person, e.reason
    from (
      select own.* from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select * from stage_entries s where ${sql.join(conditions, sql` and `)} ${newest}
      ) own ${newest}
    ) s left join events e on e.id = s.event_id
    order by s.entered_at desc, s.event_id desc
  `.execute(db);
  return rows;
}

/** The place of an entry; null where it is gone. */
export async function placeOf(db: Db, connections: string[], id: number): Promise<EntryPlace | null> {
  const row = await db
    .selectFrom('stage_entries')
    .select(['entered_at as at', 'event_id as id'])
    .where('event_id', '=', id)
    .where('connection', '=', anyOf(connections, 'text'))
    .executeTakeFirst();
  return row ?? null;
}
