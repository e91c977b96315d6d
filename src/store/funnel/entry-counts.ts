import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { EntryGroup } from '../../domain/funnel/funnel.ts';
import { anyOf, type Db } from '../database/database.ts';

/** The connections and the time, from `since` on and before `until`. */
export interface EntryPeriod {
  connections: string[];
  since: UnixSeconds;
  until: UnixSeconds;
}

/** The entries of one statement: a month of a busy account is counted a day at a time, so that webhooks are answered in between. */
const SLICE_S = 86_400;

/** The days of a period, from its beginning. */
export function* daysOf({ since, until }: Omit<EntryPeriod, 'connections'>) {
  for (let from = since; from < until; from += SLICE_S)
    yield { since: from, until: Math.min(from + SLICE_S, until) };
}

/** The entries of a period, counted by stage and by what came of them. */
export async function countEntries(
  db: Db,
  { connections, since, until }: EntryPeriod,
): Promise<EntryGroup[]> {
  const groups = new Map<string, EntryGroup>();
  for (const day of daysOf({ since, until })) {
    for (const group of await countSlice(db, { connections, ...day })) {
      const { entered, opened, clicked, ...kind } = group;
      const sum = groups.get(JSON.stringify(kind));
      if (!sum) groups.set(JSON.stringify(kind), group);
      else {
        sum.entered += entered;
        sum.opened += opened;
        sum.clicked += clicked;
      }
    }
    await yieldToEventLoop();
  }
  return [...groups.values()];
}

async function countSlice(db: Db, { connections, since, until }: EntryPeriod): Promise<EntryGroup[]> {
  const { rows } = await sql<EntryGroup>`
    select connection, pipeline_id as "pipelineId", stage_id as "stageId", next_pipeline_id as "nextPipelineId",
      next_stage_id as "nextStageId", missed, count(*)::int as entered, count(opened_at)::int as opened,
      count(clicked_at)::int as clicked
    from stage_entries
    where connection = ${anyOf(connections, 'text')} and entered_at >= ${since}::bigint and entered_at < ${until}::bigint
    group by 1, 2, 3, 4, 5, 6
  `.execute(db);
  return rows;
}

/** How long it took from the stage change, in ms: the median of the latest entries. Null where there is none. */
export interface MedianTimes {
  accepted: number | null;
  emailed: number | null;
}

/** Of so many of the latest entries of each connection medians are taken. */
const LATEST = 500;

export async function medianTimes(db: Db, { connections, since, until }: EntryPeriod): Promise<MedianTimes> {
  const { rows } = await sql<MedianTimes>`
    select percentile_cont(0.5) within group (order by greatest(0, l.accepted_at - l.entered_at * 1000)) as accepted,
      percentile_cont(0.5) within group (order by greatest(0, least(l.sent_at, l.arrived_at) - l.entered_at) * 1000)
        filter (where l.sent_at is not null or l.arrived_at is not null) as emailed
    from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select entered_at, accepted_at, sent_at, arrived_at from stage_entries s
      where s.connection = c.connection and entered_at >= ${since}::bigint and entered_at < ${until}::bigint
        and accepted_at is not null
      order by entered_at desc limit ${LATEST}
    ) l
  `.execute(db);
  return rows[0]!;
}

/** When the first entry that is stored happened, unix seconds; null where there is none. */
export async function firstEntry(db: Db, connections: string[]): Promise<UnixSeconds | null> {
  const { rows } = await sql<{ at: UnixSeconds | null }>`
    select min(f.entered_at) as at from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select entered_at from stage_entries s where s.connection = c.connection order by entered_at limit 1
    ) f
  `.execute(db);
  return rows[0]?.at ?? null;
}
