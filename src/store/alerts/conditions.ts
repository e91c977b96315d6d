import { sql } from 'kysely';
import type { Condition, Notice } from '../../domain/alerts.ts';
import { anyOf, type Db, json } from '../database/database.ts';

/** All conditions: one row for each thing that is wrong, or was within the last hour. */
export async function readConditions(db: Db): Promise<Condition[]> {
  const rows = await db.selectFrom('alert_conditions').select('state').execute();
  return rows.map(({ state }) => state);
}

/** Keeps other transactions from changing conditions and notices until the commit. */
export async function lockConditions(trx: Db): Promise<void> {
  await sql`lock table alert_conditions in share row exclusive mode`.execute(trx);
}

export async function saveConditions(trx: Db, saved: readonly Condition[], removed: string[]): Promise<void> {
  for (const state of saved)
    await sql`
      insert into alert_conditions (key, state) values (${state.key}, ${json(state)})
      on conflict (key) do update set state = excluded.state
    `.execute(trx);
  if (removed.length > 0)
    await sql`delete from alert_conditions where key = ${anyOf(removed, 'text')}`.execute(trx);
}

/** A notice with the version of its row. */
export interface StoredNotice {
  notice: Notice;
  version: number;
}

export async function readNotices(db: Db, receivers: string[]): Promise<StoredNotice[]> {
  const rows = await db
    .selectFrom('alert_notices')
    .select(['state', 'version'])
    .where('receiver', '=', anyOf(receivers, 'text'))
    .execute();
  return rows.map(({ state, version }) => ({ notice: state, version }));
}

/** Adds notices, or replaces them by their next version. */
export async function saveNotices(trx: Db, notices: readonly Notice[]): Promise<void> {
  for (const state of notices)
    await sql`
      insert into alert_notices (receiver, key, state) values (${state.receiver}, ${state.key}, ${json(state)})
      on conflict (receiver, key) do update set state = excluded.state, version = alert_notices.version + 1
    `.execute(trx);
}

export async function removeNotices(
  trx: Db,
  notices: readonly Pick<Notice, 'receiver' | 'key'>[],
): Promise<void> {
  for (const { receiver, key } of notices)
    await trx.deleteFrom('alert_notices').where('receiver', '=', receiver).where('key', '=', key).execute();
}
