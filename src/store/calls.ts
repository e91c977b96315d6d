import { sql } from 'kysely';
import type { OpenTask, RecentClick } from '../domain/calls.ts';
import type { UnixSeconds } from '../domain/entities.ts';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/** The newest tasks that were created in Kommo since then and not closed by Stagepost, at most `limit`. */
export async function listOpenTasks(
  db: Db,
  connections: string[],
  since: Millis,
  limit: number,
): Promise<OpenTask[]> {
  const { rows } = await sql<OpenTask>`
    select t.connection, t.deal_id as "dealId", t.event_id as event, e.person,
      t.payload->>'text' as text, (t.payload->>'dueAt')::bigint as "dueAt"
    from (
      select own.* from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select a.* from actions a
        where a.connection = c.connection and a.kind = 'task' and a.state = 'done' and a.done_at >= ${since}::bigint
          and a.payload->>'text' is not null
          and not exists (
            select from actions closing where closing.connection = a.connection and closing.deal_id = a.deal_id
              and closing.kind = 'close_task' and closing.state = 'done'
              and closing.payload->>'eventId' = a.event_id::text
          )
        order by a.done_at desc limit ${limit}
      ) own order by done_at desc limit ${limit}
    ) t left join events e on e.id = t.event_id
  `.execute(db);
  return rows;
}

/** The latest clicks since then of clients whose deal has not left its stage, at most `limit`. */
export async function listRecentClicks(
  db: Db,
  connections: string[],
  since: UnixSeconds,
  limit: number,
): Promise<RecentClick[]> {
  const { rows } = await sql<RecentClick>`
    select s.connection, s.deal_id as "dealId", s.event_id as event, e.person, s.clicked_at as "clickedAt"
    from (
      select own.* from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select * from stage_entries s
        where s.connection = c.connection and s.clicked_at >= ${since}::bigint and s.next_stage_id is null
        order by s.clicked_at desc limit ${limit}
      ) own order by clicked_at desc limit ${limit}
    ) s left join events e on e.id = s.event_id
  `.execute(db);
  return rows;
}
