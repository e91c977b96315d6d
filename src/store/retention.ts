import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/** Rows a statement: short enough to never hold up a webhook's answer on the embedded database. */
const STEP = 1_000;

/**
 * Removes raw personal data that is older than `before`: bodies of requests, contents of events, of
 * finished actions and of dead letters, records of calls. Counts and outcomes stay, and so does what
 * is needed to know a person again: identifier, deals, what was last sent, and an opt-out.
 * @returns how many rows were emptied.
 */
export async function removePersonalData(db: Db, before: Millis): Promise<number> {
  let total = 0;
  for (const statement of statements(before)) {
    for (;;) {
      const { numAffectedRows } = await statement.execute(db);
      total += Number(numAffectedRows ?? 0);
      if (Number(numAffectedRows ?? 0) < STEP) break;
      // The embedded database runs on this thread: a webhook that waits for its answer goes in between.
      await setImmediate();
    }
  }
  return total;
}

function statements(before: Millis) {
  return [
    sql`update inbox set body = null, headers = '{}' where id in
      (select id from inbox where received_at < ${before} and body is not null and state = 'done' limit ${STEP})`,
    sql`update events set payload = '{}', person = null, reason = null, warnings = '[]' where id in
      (select id from events where created_at < ${before} and payload <> '{}' and state in ('planned', 'ignored') limit ${STEP})`,
    // What waits for a person longer than that is given up: nobody looks for them any more.
    sql`update events set payload = '{}', person = null, state = 'ignored', reason = 'Nobody was found until the retention time ended.'
      where id in (select id from events where created_at < ${before} and payload <> '{}' and state = 'parked' limit ${STEP})`,
    sql`update actions set payload = '{}', subject = '', error = null, warnings = '[]' where id in
      (select id from actions where created_at < ${before} and payload <> '{}' and state in ('done', 'dropped', 'dead') limit ${STEP})`,
    sql`delete from attempts where id in
      (select id from attempts where started_at < ${before} limit ${STEP})`,
  ];
}
