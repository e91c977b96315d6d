import { sql } from 'kysely';
import type { LogRange } from '../connections/reconciler-cursor.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How long a connection's work has been waiting, and what waits for a person. */
export interface WorkAge {
  connection: string;
  /** When the oldest request that was not understood yet arrived. */
  inboxAt: Millis | null;
  /** When the oldest event that is due to be planned was stored, and how often planning it has failed at most. */
  planningAt: Millis | null;
  /** When the oldest undelivered action of each lane was created. Replays are not counted: they are old by nature. */
  kommoAt: Millis | null;
  customerioAt: Millis | null;
  /** Whether there are dead letters, and the newest one's time. */
  deadKommo: Millis | null;
  deadCustomerio: Millis | null;
  /** Events of the last day that were put aside without a decision of the rules, counted up to 1,000. */
  setAside: number;
  /** How many reports of the last day only Customer.io's activity log has shown, by name; counted up to 1,000. */
  lostReports: Record<string, number>;
  /** Moves of bursts that are held until somebody decides, counted up to 10,000, and since when the oldest is. */
  held: number;
  heldSince: Millis | null;
  /** The part of Kommo's events log that was too old to be read, unix seconds, and when that was noticed; null where none was. */
  unreadLog: (LogRange & { at: Millis }) | null;
}

const DAY_MS = 86_400_000;

/** Every value comes from the first row of a partial index of open rows. */
export async function workAges(db: Db, connections: string[], now: Millis): Promise<WorkAge[]> {
  if (connections.length === 0) return [];
  const lane = (name: string) => sql`(
    select min(first.created_at) from unnest('{0,1}'::smallint[]) as p(priority) cross join lateral (
      select a.created_at from actions a where a.connection = c.connection and a.lane = ${name}
        and a.state in ('ready', 'sending') and a.priority = p.priority order by a.id limit 1
    ) first
  )`;
  const dead = (name: string) => sql`(
    select max(d.done_at) from (
      select a.done_at from actions a
      where a.connection = c.connection and a.state = 'dead' and a.lane = ${name} limit 1000
    ) d
  )`;
  const { rows } = await sql<WorkAge>`
    select c.connection,
      (select i.received_at from inbox i where i.connection = c.connection and i.state = 'new'
        order by i.id limit 1) as "inboxAt",
      (select min(e.created_at) from (
        select e.created_at from events e where e.connection = c.connection and e.state = 'new'
          and e.next_attempt_at <= ${now}::bigint limit 500
      ) e) as "planningAt",
      ${lane('kommo')} as "kommoAt", ${lane('customerio')} as "customerioAt",
      ${dead('kommo')} as "deadKommo", ${dead('customerio')} as "deadCustomerio",
      (select count(*)::int from (
        select 1 from events e where e.connection = c.connection and e.set_aside is not null
          and e.created_at > ${now - DAY_MS}::bigint limit 1000
      ) e) as "setAside",
      (select coalesce(jsonb_object_agg(names.name, names.count), '{}') from (
        select lost.name, count(*)::int as count from (
          select f.name from found_reports f where f.connection = c.connection and f.reported_at is null
            and f.found_at > ${now - DAY_MS}::bigint limit 1000
        ) lost group by lost.name
      ) names) as "lostReports",
      (select count(*)::int from (
        select 1 from events e where e.connection = c.connection and e.state = 'held' limit 10000
      ) e) as "held",
      (select e.waiting_since from events e where e.connection = c.connection and e.state = 'held'
        order by e.hold_id, e.id limit 1) as "heldSince",
      (select jsonb_build_object('from', k.log_unread_from, 'to', k.log_unread_to, 'at', k.log_unread_at)
        from connections k where k.connection = c.connection and k.log_unread_at is not null) as "unreadLog"
    from unnest(${connections}::text[]) as c(connection)
  `.execute(db);
  return rows;
}
