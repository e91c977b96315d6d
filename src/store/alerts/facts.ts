import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** What the alerts watch besides health, for one connection. Each number is counted up to a limit. */
export interface AlertFacts {
  connection: string;
  /** Requests, events and actions that wait. */
  backlog: number;
  dead: number;
  /** Dead letters of reports that a client does not want, or cannot get, emails. */
  optOuts: number;
  /** A deal of one of them; null where there is none. */
  optOutDeal: number | null;
  /** Stage changes of the last hour whose webhook never came, and which were read from Kommo's log. */
  repaired: number;
}

/** Reports whose reaction must not fail: the client opted out, or the address does not work. */
const OPT_OUTS = '_(unsubscribed|bounced|spammed)$';
/** How many of the newest dead letters are searched for opt-outs. */
const NEWEST_DEAD = 2_000;
const HOUR = 3_600_000;

/** Every count reads a partial index of open rows, and stops at its limit. */
export async function alertFacts(
  db: Db,
  connections: string[],
  limits: { deadLetters: number; backlog: number },
  now: Millis,
): Promise<AlertFacts[]> {
  const count = (rows: ReturnType<typeof sql>, limit: number) =>
    sql`(select count(*)::int from (${rows} limit ${limit + 1}) counted)`;
  const { rows } = await sql<AlertFacts>`
    select c.connection,
      ${count(sql`select 1 from inbox i where i.connection = c.connection and i.state = 'new'`, limits.backlog)}
        + ${count(sql`select 1 from events e where e.connection = c.connection and e.state = 'new'`, limits.backlog)}
        + ${count(
          sql`select 1 from actions a where a.connection = c.connection and a.state in ('ready', 'sending')`,
          limits.backlog,
        )} as backlog,
      ${count(
        sql`select 1 from actions a where a.connection = c.connection and a.state = 'dead'`,
        limits.deadLetters,
      )} as dead,
      coalesce(opt_outs.count, 0)::int as "optOuts", opt_outs.deal as "optOutDeal",
      coalesce((
        select sum(k.count) from counts k where k.connection = c.connection and k.metric = 'repaired'
          and k.size = 60000 and k.bucket >= ${now - HOUR}
      ), 0)::int as repaired
    from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select count(*) as count, min(d.deal_id) as deal from (
        select deal_id, event_id from actions a
        where a.connection = c.connection and a.state = 'dead' order by a.id desc limit ${NEWEST_DEAD}
      ) d join events e on e.id = d.event_id
      where e.kind = 'mail_report' and e.name ~ ${OPT_OUTS}
    ) opt_outs
  `.execute(db);
  return rows;
}
