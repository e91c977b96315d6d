import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { StoredEvent } from './events.ts';

/**
 * The events to plan, in the order in which they happened: a missed move that was found later is planned before the events
 * that followed it, as long as none of them is planned yet. If more events wait than a batch takes, Kommo's events go
 * before reports, so that a newsletter's opens do not hold up the start of a campaign.
 */
export async function newEvents(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
): Promise<StoredEvent[]> {
  const oldest = await dueEvents(db, connection, now).limit(limit).execute();
  if (oldest.length < limit) return oldest;
  const live = await liveEvents(db, connection, now, limit);
  const chosen = new Map([...live, ...oldest].map((event) => [event.id, event]));
  return [...chosen.values()]
    .slice(0, Math.max(limit, live.length))
    .sort((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
}

function dueEvents(db: Db, connection: string, now: Millis) {
  return db
    .selectFrom('events')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('new'))
    .where('next_attempt_at', '<=', now)
    .orderBy('occurred_at')
    .orderBy('id');
}

/** Kommo's events, and the earlier reports about the people of their deals. */
async function liveEvents(db: Db, connection: string, now: Millis, limit: number): Promise<StoredEvent[]> {
  const live = await dueEvents(db, connection, now)
    .where('kind', '<>', sql.lit('mail_report'))
    .limit(limit)
    .execute();
  const moments = live.map(({ deal_id, occurred_at }) => ({ deal_id, occurred_at }));
  const { rows } = await sql<StoredEvent>`
    select distinct r.* from jsonb_to_recordset(${jsonText(moments)}::jsonb) as l(deal_id bigint, occurred_at bigint)
    join person_deals d on d.connection = ${connection} and d.deal_id = l.deal_id
    join events r on r.connection = d.connection and r.person = d.person and r.occurred_at <= l.occurred_at
    where r.state = 'new' and r.kind = 'mail_report' and r.next_attempt_at <= ${now}
  `.execute(db);
  return [...live, ...rows];
}

/** When the first postponed event and the first move without a time are due; the latter may be due now. */
export async function nextDueTimes(
  db: Db,
  connection: string,
  now: Millis,
): Promise<{ postponed: Millis | null; untimed: Millis | null }> {
  const { rows } = await sql<{ postponed: Millis | null; untimed: Millis | null }>`
    select
      (select min(next_attempt_at) from events
        where connection = ${connection} and state = 'new' and next_attempt_at > ${now}) as postponed,
      (select min(next_attempt_at) from untimed_moves where connection = ${connection}) as untimed
  `.execute(db);
  return rows[0]!;
}
