import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';
import { IS_MAIL_FACT } from './events/mail-facts.ts';

/** Rows of one statement: few enough not to delay a webhook's answer on the embedded database. */
const STEP = 1_000;

/**
 * Removes personal data that is older than `before`: bodies of requests, contents of events, finished actions and dead
 * letters, and records of calls. Counts and outcomes stay, and so does what is needed to recognise a person: identifier,
 * deals, the attributes last sent, and whether the person can get email.
 * @returns how many rows were emptied.
 */
export async function removePersonalData(db: Db, before: Millis): Promise<number> {
  const removals = [emptyRequests, emptyEvents, giveUpParkedEvents, emptyActions, deleteAttempts];
  let total = 0;
  for (const removal of removals) total += await runInSteps(db, removal(before));
  return total;
}

/** A statement affects at most `STEP` rows, so it runs until it affects fewer. */
async function runInSteps(db: Db, statement: RawBuilder<unknown>): Promise<number> {
  for (let total = 0; ; ) {
    const { numAffectedRows } = await statement.execute(db);
    const rows = Number(numAffectedRows ?? 0);
    total += rows;
    if (rows < STEP) return total;
    // The embedded database runs on this thread, so waiting webhooks are answered between two statements.
    await setImmediate();
  }
}

const emptyRequests = (before: Millis) => sql`
  update inbox set body = null, headers = '{}' where id in (
    select id from inbox where received_at < ${before} and body is not null and state = 'done' limit ${STEP}
  )`;

/** The reports that say whether a person can get email keep the person's name: an opt-out holds for longer than that. */
const person = sql.raw(`case when ${IS_MAIL_FACT} then person end`);

const emptyEvents = (before: Millis) => sql`
  update events set payload = '{}', person = ${person}, reason = null, warnings = '[]' where id in (
    select id from events
    where created_at < ${before} and payload <> '{}' and state in ('planned', 'ignored') limit ${STEP}
  )`;

/** Gives up reports whose person was not found within the retention time. */
const giveUpParkedEvents = (before: Millis) => sql`
  update events set payload = '{}', person = ${person}, state = 'ignored',
    reason = 'No matching client was found before the retention time ended.'
  where id in (
    select id from events where created_at < ${before} and payload <> '{}' and state = 'parked' limit ${STEP}
  )`;

const emptyActions = (before: Millis) => sql`
  update actions set payload = '{}', subject = '', error = null, warnings = '[]' where id in (
    select id from actions
    where created_at < ${before} and payload <> '{}' and state in ('done', 'dropped', 'dead') limit ${STEP}
  )`;

const deleteAttempts = (before: Millis) => sql`
  delete from attempts where id in (select id from attempts where started_at < ${before} limit ${STEP})`;
