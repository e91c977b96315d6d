import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { Authorship } from './actor.ts';

/** What an entry of the audit log is about. Stored, so an event keeps its name. */
export const AUDIT_EVENTS = [
  'sign_in',
  'sign_in_refused',
  'sign_in_delayed',
  'sign_out',
  'password_set',
  'user_added',
  'role_changed',
  'user_removed',
  'link_made',
  'link_ended',
  'token_added',
  'token_removed',
  'token_refused',
  'request_refused',
  'rules_published',
  'rules_tried',
  'test_sent',
  'test_case_saved',
  'test_case_changed',
  'test_case_deleted',
  'replay',
  'discard',
  'hold_sent',
  'hold_discarded',
  'backfill_planned',
  'backfill_started',
  'backfill_paused',
  'backfill_resumed',
  'backfill_stopped',
  'checks_run',
  'mended',
  'webhook_tested',
  'setup_begun',
  'setup_changed',
  'setup_deleted',
  'setup_finished',
  'alert_tested',
  'alert_muted',
  'alert_unmuted',
  'kommo_access',
  'connection_paused',
  'connection_resumed',
  'connection_changed',
  'connection_removed',
  'connection_exported',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** Events that anybody can cause any number of times. Only the newest `MAX_REFUSALS` of each are kept. */
export const REFUSALS = [
  'sign_in_refused',
  'sign_in_delayed',
  'token_refused',
  'request_refused',
] as const satisfies AuditEvent[];
export type Refusal = (typeof REFUSALS)[number];

/** An entry of the audit log. */
export interface AuditEntry {
  id: number;
  at: Millis;
  /** The name of who acted. */
  who: string;
  /** An `ActorKind`; null in entries of versions that stored a name only. */
  kind: string | null;
  /** The id of the user or token. */
  actorId: number | null;
  /** Not an `AuditEvent`: another version of Stagepost may have stored events that this one does not know. */
  what: string;
  /** For people; never contains a secret. */
  detail: string;
  /** Null where it is about none. */
  connection: string | null;
  address: string | null;
  /** How often it happened. */
  count: number;
}

export interface NewAuditEntry {
  what: AuditEvent;
  detail?: string;
  connection?: string | null;
}

/**
 * Adds an entry. @param db the transaction of the recorded change, so that both are stored or neither
 * @returns its id
 */
export async function addAudit(
  db: Db,
  { actor, at }: Authorship,
  { what, detail = '', connection = null }: NewAuditEntry,
): Promise<number> {
  const { kind, id, name, address } = actor;
  const { rows } = await sql<{ id: number }>`
    insert into audit (at, who, who_kind, who_id, what, detail, connection, address)
    values (${at}, ${name}, ${kind}, ${id}::bigint, ${what}, ${detail}, ${connection}, ${address})
    returning id
  `.execute(db);
  return rows[0]!.id;
}

/** Sets how often the thing of an entry has happened. */
export async function setAuditCount(db: Db, id: number, count: number): Promise<void> {
  await sql`update audit set count = ${count}::int where id = ${id}::bigint`.execute(db);
}

/** Which entries a reader may see. */
export interface AuditFilter {
  /** Null: all. Else entries about these connections, and what the user did. */
  connections: readonly string[] | null;
  userId: number | null;
}

/** The newest `limit` entries with an id below `before`, newest first. */
export async function listAudit(
  db: Db,
  before: number,
  limit: number,
  { connections, userId }: AuditFilter = { connections: null, userId: null },
): Promise<AuditEntry[]> {
  const isVisible =
    connections === null
      ? sql`true`
      : sql`(connection = any(${connections}::text[]) or (who_kind = 'user' and who_id = ${userId}::bigint))`;
  const { rows } = await sql<AuditEntry>`
    select id, at, who, who_kind as kind, who_id as "actorId", what, detail, connection, address, count
    from audit where id < ${before}::bigint and ${isVisible} order by id desc limit ${limit}
  `.execute(db);
  return rows;
}

/** How many entries of each kind of refusal are kept. */
export const MAX_REFUSALS = 1_000;
/** Rows of one statement, limited because the embedded database runs on the thread that answers webhooks. */
const STEP = 1_000;

/** Removes the entries from before a time (they hold names and addresses of people), and all but the newest refusals. */
export async function trimAudit(db: Db, before: Millis): Promise<void> {
  await deleteInSteps(db, sql`select id from audit where at < ${before}`);
  for (const what of REFUSALS) {
    await deleteInSteps(
      db,
      sql`select id from audit where what = ${what} order by id desc offset ${MAX_REFUSALS}`,
    );
  }
}

async function deleteInSteps(db: Db, ids: ReturnType<typeof sql>): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`delete from audit where id in (${ids} limit ${STEP})`.execute(db);
    if (Number(numAffectedRows ?? 0) < STEP) return;
    await yieldToEventLoop();
  }
}
