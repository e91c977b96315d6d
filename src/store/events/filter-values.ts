import { sql } from 'kysely';
import type { StageRef } from '../../domain/entities.ts';
import { NO_EMAIL_REASONS, type NoEmailReason } from '../../domain/plan/no-email.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { CAMPAIGN } from './event-pages.ts';

/*
 * The values of the events of a connection by which lists can be filtered. Each value is one lookup in the index of its filter,
 * however many events there are.
 */

/** The most campaigns, and the most owners, that are found. */
const MAX_VALUES = 200;
/** How many of the newest stage changes are read for their rules, which have no index. */
const RECENT = 1_000;

/** The reasons for no email, each with the time of its first event. */
export async function storedReasons(
  db: Db,
  connections: string[],
): Promise<{ reason: NoEmailReason; since: Millis }[]> {
  const { rows } = await sql<{ reason: NoEmailReason; since: Millis }>`
    select r.reason, min(e.created_at)::float8 as since from unnest(${[...NO_EMAIL_REASONS]}::text[]) as r(reason)
    cross join unnest(${connections}::text[]) as c(connection) cross join lateral (
      select created_at from events where connection = c.connection and no_email = r.reason order by created_at, id limit 1
    ) e group by r.reason
  `.execute(db);
  return rows;
}

/** Those of these stages that a deal has entered. */
export async function enteredStages(db: Db, connection: string, stages: StageRef[]): Promise<StageRef[]> {
  const { rows } = await sql<StageRef>`
    select s."pipelineId"::float8 as "pipelineId", s."stageId"::float8 as "stageId"
    from jsonb_to_recordset(${jsonText(stages)}::jsonb) as s("pipelineId" bigint, "stageId" bigint) cross join lateral (
      select 1 from events e where e.connection = ${connection} and e.kind = 'deal_moved'
        and e.payload->'to'->>'pipelineId' = s."pipelineId"::text and e.payload->'to'->>'stageId' = s."stageId"::text limit 1
    ) e
  `.execute(db);
  return rows;
}

/** The ids of the campaigns whose messages were reported. Each id is found behind the one before. */
export async function reportedCampaigns(db: Db, connection: string): Promise<number[]> {
  const next = (after: ReturnType<typeof sql>) => sql`
    select ${CAMPAIGN} as campaign from events e where e.connection = ${connection} and e.kind = 'mail_report'
      and e.payload->'values'->>'campaign_id' is not null and ${CAMPAIGN} > ${after} order by ${CAMPAIGN} limit 1`;
  const { rows } = await sql<{ campaign: string }>`
    with recursive found as (
      (${next(sql`''`)})
      union all
      select (${next(sql`found.campaign`)}) from found where found.campaign is not null
    )
    select campaign from found where campaign is not null limit ${MAX_VALUES}
  `.execute(db);
  return rows.map(({ campaign }) => Number(campaign)).filter((id) => Number.isSafeInteger(id) && id > 0);
}

/** The ids of the responsible users of deals, with the time of the first event that has one. */
export async function storedOwners(db: Db, connection: string): Promise<{ owner: number; since: Millis }[]> {
  const next = (after: ReturnType<typeof sql>) => sql`
    select owner_id from events where connection = ${connection} and owner_id is not null and owner_id > ${after}
    order by owner_id limit 1`;
  const { rows } = await sql<{ owner: number; since: Millis }>`
    with recursive found as (
      (${next(sql`0`)})
      union all
      select (${next(sql`found.owner_id`)}) from found where found.owner_id is not null
    )
    select f.owner_id::float8 as owner, e.created_at as since
    from (select owner_id from found where owner_id is not null limit ${MAX_VALUES}) f cross join lateral (
      select created_at from events where connection = ${connection} and owner_id = f.owner_id order by created_at, id limit 1
    ) e
  `.execute(db);
  return rows;
}

/** The names of these users of the account, as they were last read from Kommo. */
export async function userNames(db: Db, connection: string, ids: number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select (u->>'id')::float8 as id, u->>'name' as name
    from connections, jsonb_array_elements(catalog->'users') as u
    where connection = ${connection} and (u->>'id')::bigint = ${anyOf(ids, 'bigint')}
  `.execute(db);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The titles of the rules of the newest stage changes. */
export async function recentRules(db: Db, connection: string): Promise<string[]> {
  const { rows } = await sql<{ rule: string }>`
    select distinct rule from (
      select rule from events where connection = ${connection} and kind = 'deal_moved' and state = 'planned'
      order by created_at desc, id desc limit ${RECENT}
    ) e where rule is not null order by rule
  `.execute(db);
  return rows.map(({ rule }) => rule);
}

/** When the first stage change was received; null where there is none. */
export async function firstMoveAt(db: Db, connections: string[]): Promise<Millis | null> {
  const { rows } = await sql<{ at: Millis | null }>`
    select min(e.created_at)::float8 as at from unnest(${connections}::text[]) as c(connection)
    cross join unnest(array['planned', 'ignored']) as s(state) cross join lateral (
      select created_at from events where connection = c.connection and kind = 'deal_moved' and state = s.state
      order by created_at, id limit 1
    ) e
  `.execute(db);
  return rows[0]?.at ?? null;
}
