import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** A connection that this process runs, and the version of its rules; null where the file gives them. */
export interface RunningConnection {
  connection: string;
  rulesVersion: number | null;
}

/** The work that is due for a connection. */
export interface DueWork {
  connection: string;
  hasWork: boolean;
  /** A newer version of its rules was published. */
  hasNewRules: boolean;
}

/**
 * The connections with due work at `now` (unix ms): a request to understand, an event to plan, a move without a time to
 * resolve, an action to deliver, or newer rules. One statement for all connections. Each condition is a subquery with a
 * limit, which PostgreSQL answers from its partial index for each connection; an `exists` can become a join that reads the
 * whole history.
 */
export async function connectionsWithWork(
  db: Db,
  running: RunningConnection[],
  now: Millis,
): Promise<DueWork[]> {
  if (running.length === 0) return [];
  const names = running.map(({ connection }) => connection);
  const versions = running.map(({ rulesVersion }) => rulesVersion);
  const { rows } = await sql<{ connection: string; has_work: boolean; has_new_rules: boolean }>`
    select * from (
      select c.connection,
        ((select 1 from inbox i where i.connection = c.connection and i.state = 'new' limit 1) is not null
        or (select 1 from events e where e.connection = c.connection and e.state = 'new'
          and e.next_attempt_at <= ${now}::bigint limit 1) is not null
        or (select 1 from events e where e.connection = c.connection and e.state = 'waiting'
          and e.next_attempt_at <= ${now}::bigint limit 1) is not null
        or (select 1 from untimed_moves u where u.connection = c.connection
          and u.next_attempt_at <= ${now}::bigint limit 1) is not null
        or (select 1 from actions a where a.connection = c.connection and a.state = 'ready'
          and a.next_attempt_at <= ${now}::bigint limit 1) is not null) as has_work,
        coalesce((select v.version from rule_versions v where v.connection = c.connection
          order by v.version desc limit 1) > c.rules_version, false) as has_new_rules
      from unnest(${names}::text[], ${versions}::int[]) as c(connection, rules_version)
    ) due where has_work or has_new_rules
  `.execute(db);
  return rows.map(({ connection, has_work, has_new_rules }) => ({
    connection,
    hasWork: has_work,
    hasNewRules: has_new_rules,
  }));
}
