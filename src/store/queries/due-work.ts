import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Millis } from '../schema.ts';

/**
 * Those of these connections that have something to do now: a request to understand, an event to plan, a move to look
 * up, an action to deliver. One statement for all. Each question has a limit of its own, so that it is answered from
 * its partial index for each connection; as "exists" it can become a join that reads the history.
 */
export async function connectionsWithWork(db: Db, connections: string[], now: Millis): Promise<Set<string>> {
  if (connections.length === 0) return new Set();
  const { rows } = await sql<{ connection: string }>`
    select c.connection from unnest(${connections}::text[]) as c(connection)
    where (select 1 from inbox i where i.connection = c.connection and i.state = 'new' limit 1) is not null
      or (select 1 from events e where e.connection = c.connection and e.state = 'new'
        and e.next_attempt_at <= ${now}::bigint limit 1) is not null
      or (select 1 from untimed_moves u where u.connection = c.connection
        and u.next_attempt_at <= ${now}::bigint limit 1) is not null
      or (select 1 from actions a where a.connection = c.connection and a.state = 'ready'
        and a.next_attempt_at <= ${now}::bigint limit 1) is not null
  `.execute(db);
  return new Set(rows.map(({ connection }) => connection));
}
