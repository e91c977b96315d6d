import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** The open work of a connection. Each number is counted up to a limit, so that its cost does not grow with the queue. */
export interface BoundedWork {
  connection: string;
  inbox: number;
  planning: number;
  parked: number;
  waiting: number;
  held: number;
  watches: number;
  kommo: number;
  customerio: number;
  /** When the oldest undelivered action of each lane was created. */
  kommo_oldest: Millis | null;
  customerio_oldest: Millis | null;
  dead_kommo: number;
  dead_customerio: number;
}

/** Every count reads a partial index of open rows only, and stops at `limit` + 1. */
export async function boundedWork(db: Db, connections: string[], limit: number): Promise<BoundedWork[]> {
  const upTo = sql`limit ${limit + 1}`;
  const count = (rows: ReturnType<typeof sql>) => sql`(select count(*)::int from (${rows} ${upTo}) counted)`;
  const lane = (name: string) =>
    sql`from actions a where a.connection = c.connection and a.lane = ${name} and a.state in ('ready', 'sending')`;
  const oldest = (name: string) => sql`(
    select min(created_at) from unnest('{0,1,2}'::smallint[]) as p(priority) cross join lateral (
      select a.created_at ${lane(name)} and a.priority = p.priority order by a.id limit 1
    ) first
  )`;
  const { rows } = await sql<BoundedWork>`
    select c.connection,
      ${count(sql`select 1 from inbox i where i.connection = c.connection and i.state = 'new'`)} as inbox,
      ${count(sql`select 1 from events e where e.connection = c.connection and e.state = 'new'`)} as planning,
      ${count(sql`select 1 from events e where e.connection = c.connection and e.state = 'parked'`)} as parked,
      ${count(sql`select 1 from events e where e.connection = c.connection and e.state = 'waiting'`)} as waiting,
      ${count(sql`select 1 from events e where e.connection = c.connection and e.state = 'held'`)} as held,
      ${count(sql`select 1 from watches w where w.connection = c.connection and w.state = 'running'`)} as watches,
      ${count(sql`select 1 ${lane('kommo')}`)} as kommo,
      ${count(sql`select 1 ${lane('customerio')}`)} as customerio,
      ${oldest('kommo')} as kommo_oldest,
      ${oldest('customerio')} as customerio_oldest,
      dead.kommo as dead_kommo, dead.customerio as dead_customerio
    from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select count(*) filter (where d.lane = 'kommo')::int as kommo,
        count(*) filter (where d.lane = 'customerio')::int as customerio
      from (
        select a.lane from actions a where a.connection = c.connection and a.state = 'dead' ${upTo}
      ) d
    ) dead
  `.execute(db);
  return rows;
}
