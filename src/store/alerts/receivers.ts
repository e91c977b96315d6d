import { sql } from 'kysely';
import type { AlertRecord, Mute, ReceiverState } from '../../domain/alerts.ts';
import { anyOf, type Db, json } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Milliseconds by the database's clock, so that the clocks of the machines need not agree. */
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/**
 * Takes the lease of a piece of work, or extends it.
 * @returns whether the owner has it now
 */
export async function takeLease(db: Db, name: string, owner: string, ms: number): Promise<boolean> {
  const { rows } = await sql`
    insert into alert_leases (name, owner, leased_until) values (${name}, ${owner}, ${databaseNow} + ${ms}::bigint)
    on conflict (name) do update set owner = excluded.owner, leased_until = excluded.leased_until
      where alert_leases.owner = excluded.owner or alert_leases.leased_until < ${databaseNow}
    returning 1
  `.execute(db);
  return rows.length > 0;
}

export async function releaseLease(db: Db, name: string, owner: string): Promise<void> {
  await db.deleteFrom('alert_leases').where('name', '=', name).where('owner', '=', owner).execute();
}

/** The state of each receiver that was ever sent to. */
export async function readReceivers(db: Db, receivers: string[]): Promise<Map<string, ReceiverState>> {
  const rows = await db
    .selectFrom('alert_receivers')
    .selectAll()
    .where('receiver', '=', anyOf(receivers, 'text'))
    .execute();
  return new Map(rows.map(({ receiver, state }) => [receiver, state]));
}

export async function saveReceiver(db: Db, receiver: string, state: ReceiverState): Promise<void> {
  await sql`
    insert into alert_receivers (receiver, state) values (${receiver}, ${json(state)})
    on conflict (receiver) do update set state = excluded.state
  `.execute(db);
}

/** Adds the record of a message, or replaces the one of its attempt before. */
export async function saveRecord(db: Db, record: AlertRecord): Promise<void> {
  await sql`
    insert into alert_messages (id, receiver, at, state)
    values (${record.id}, ${record.receiver}, ${record.at}, ${json(record)})
    on conflict (id) do update set at = excluded.at, state = excluded.state
  `.execute(db);
}

/** The newest messages of these receivers, the newest first. */
export async function readRecords(db: Db, receivers: string[], limit: number): Promise<AlertRecord[]> {
  const rows = await db
    .selectFrom('alert_messages')
    .select('state')
    .where('receiver', '=', anyOf(receivers, 'text'))
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ state }) => state);
}

/** Removes the records of messages from before a time, and mutes that have ended. */
export async function removeOldAlerts(db: Db, before: Millis, now: Millis): Promise<void> {
  await db.deleteFrom('alert_messages').where('at', '<', before).execute();
  await db.deleteFrom('alert_mutes').where('ends_at', '<', now).execute();
}

export async function readMutes(db: Db, now: Millis): Promise<Mute[]> {
  const rows = await db
    .selectFrom('alert_mutes')
    .selectAll()
    .where('ends_at', '>', now)
    .orderBy('ends_at')
    .execute();
  return rows.map(({ ends_at, set_by, set_at, ...mute }) => ({
    ...mute,
    endsAt: ends_at,
    setBy: set_by,
    setAt: set_at,
  }));
}

export async function addMute(db: Db, mute: Omit<Mute, 'id'>): Promise<number> {
  const { receiver, connection, code, endsAt, setBy, setAt } = mute;
  const { id } = await db
    .insertInto('alert_mutes')
    .values({ receiver, connection, code, ends_at: endsAt, set_by: setBy, set_at: setAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function removeMute(db: Db, id: number): Promise<void> {
  await db.deleteFrom('alert_mutes').where('id', '=', id).execute();
}
