import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** A connection, and the version of the rules that it runs; null where the file gives them. */
export interface Running {
  connection: string;
  rulesVersion: number | null;
}

/** What there is for a connection. */
export interface DueWork {
  connection: string;
  hasWork: boolean;
  /** Rules were published that it does not run yet. */
  hasNewRules: boolean;
}

/**
 * Those of these connections that have something to do now: a request to understand, an event to plan, a move to look
 * up, an action to deliver, other rules to run by. One statement for all. Each question has a limit of its own, so that
 * it is answered from its partial index for each connection; as "exists" it can become a join that reads the history.
 */
export async function connectionsWithWork(db: Db, running: Running[], now: Millis): Promise<DueWork[]> {
  if (running.length === 0) return [];
  const names = running.map(({ connection }) => connection);
  const versions = running.map(({ rulesVersion }) => rulesVersion);
  const { rows } = await sql<{ connection: string; has_work: boolean; has_new_rules: boolean }>`
    select * from (
      select c.connection,
        ((select 1 from inbox i where i.connection = c.connection and i.state = 'new' limit 1) is not null
        or (select 1 from events e where e.connection = c.connection and e.state = 'new'
          and e.next_attempt_at <= ${now}::bigint limit 1) is not null
        or (select 1 from untimed_moves u where u.connection = c.connection
          and u.next_attempt_at <= ${now}::bigint limit 1) is not null
        or (select 1 from actions a where a.connection = c.connection and a.state = 'ready'
          and a.next_attempt_at <= ${now}::bigint limit 1) is not null) as has_work,
        coalesce((select v.version from rule_versions v where v.connection = c.connection
          order by v.version desc limit 1) > c.rules_version, false) as has_new_rules
      from unnest(${names}::text[], ${versions}::int[]) as c(connection, rules_version)
    ) found where has_work or has_new_rules
  `.execute(db);
  return rows.map(({ connection, has_work, has_new_rules }) => ({
    connection,
    hasWork: has_work,
    hasNewRules: has_new_rules,
  }));
}
