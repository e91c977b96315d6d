import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** What an entry of the audit log is about. Stored, so an event keeps its name. */
export const AUDIT_EVENTS = [
  'sign_in',
  'sign_in_refused',
  'sign_out',
  'password_set',
  'user_added',
  'role_changed',
  'user_removed',
  'link_made',
  'token_added',
  'token_removed',
  'rules_published',
  'replay',
  'discard',
  'checks_run',
  'mended',
  'webhook_tested',
  'alert_tested',
  'alert_muted',
  'alert_unmuted',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** An entry of the audit log. `detail` is for people, and never contains a secret. */
export interface AuditEntry {
  id: number;
  at: Millis;
  who: string;
  /** Not an `AuditEvent`: another version of Stagepost may have stored events that this one does not know. */
  what: string;
  detail: string;
  address: string | null;
}

/** @param db the transaction of the recorded change, so that both are stored or neither */
export async function addAudit(
  db: Db,
  entry: Omit<AuditEntry, 'id' | 'what'> & { what: AuditEvent },
): Promise<void> {
  const { at, who, what, detail, address } = entry;
  await sql`
    insert into audit (at, who, what, detail, address) values (${at}, ${who}, ${what}, ${detail}, ${address})
  `.execute(db);
}

/** The newest `limit` entries with an id below `before`, newest first. */
export async function listAudit(db: Db, before: number, limit: number): Promise<AuditEntry[]> {
  const { rows } = await sql<AuditEntry>`
    select id, at, who, what, detail, address from audit where id < ${before}::bigint order by id desc limit ${limit}
  `.execute(db);
  return rows;
}

/** How many refused sign-ins are kept. Anybody can cause them, so their number needs a limit. */
export const MAX_REFUSED_SIGN_INS = 1_000;
/** Rows of one statement, limited because the embedded database runs on the thread that answers webhooks. */
const STEP = 1_000;

/** Removes the entries from before a time (they hold names and addresses of people), and all but the newest refused sign-ins. */
export async function trimAudit(db: Db, before: Millis): Promise<void> {
  await deleteInSteps(db, sql`select id from audit where at < ${before}`);
  await deleteInSteps(
    db,
    sql`select id from audit where what = 'sign_in_refused' order by id desc offset ${MAX_REFUSED_SIGN_INS}`,
  );
}

async function deleteInSteps(db: Db, ids: ReturnType<typeof sql>): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`delete from audit where id in (${ids} limit ${STEP})`.execute(db);
    if (Number(numAffectedRows ?? 0) < STEP) return;
    await yieldToEventLoop();
  }
}
