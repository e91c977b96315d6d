import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { StoredEvent } from './events.ts';
import { arrivalOf } from './moves.ts';

/**
 * The events to plan, in the order in which they happened: a missed move that was found later is planned before the events
 * that followed it, as long as none of them is planned yet. If more events wait than a batch takes, Kommo's events go
 * before reports, so that a newsletter's opens do not hold up the start of a campaign.
 * @param liveAlone whether Kommo's events then leave reports to the next batch: a stage change is planned sooner without 249
 * reports in its batch. Not to be asked for twice in a row, or a stream of stage changes would keep reports out.
 */
export async function newEvents(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
  liveAlone = false,
): Promise<NewEvents> {
  const oldest = await dueEvents(db, connection, now).limit(limit).execute();
  if (oldest.length < limit) return { events: oldest, leavesMore: false };
  const live = await liveEvents(db, connection, now, limit);
  const others = liveAlone && live.length > 0 ? [] : oldest;
  const chosen = new Map([...live, ...others].map((event) => [event.id, event]));
  const events = [...chosen.values()]
    .slice(0, Math.max(limit, live.length))
    .sort((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  return { events, leavesMore: true };
}

export interface NewEvents {
  events: StoredEvent[];
  /** Whether further events may wait. */
  leavesMore: boolean;
}

/** How long a move waits at most for an earlier report of its deal, ms. */
const MAX_WAIT_FOR_REPORT_MS = 600_000;

/**
 * A move waits until Kommo was asked about an earlier report of its deal, which may be a move before it; what the events log
 * does not show by then is not waited for. A report of the same stage may be about the same move, which does not wait for it.
 * Earlier is what was received before the first report of the move; a move that no webhook reported has the time of its storing.
 */
function dueEvents(db: Db, connection: string, now: Millis) {
  return db
    .selectFrom('events')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('new'))
    .where('next_attempt_at', '<=', now)
    .where(
      sql<boolean>`(kind <> 'deal_moved' or created_at < ${now - MAX_WAIT_FOR_REPORT_MS} or not exists (
        select 1 from untimed_moves u
        where u.connection = events.connection and u.attempts = 0
          and coalesce(
            u.inbox_id < (select min(r.inbox_id) from event_reports r where r.event_id = events.id),
            ${arrivalOf('u')} <= events.created_at
          )
          and u.report->>'dealId' = events.deal_id::text and u.report->>'stageId' <> events.payload->'to'->>'stageId'
      ))`,
    )
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
    cross join lateral (
      select d.person as name
      union select n.value from person_names n
        where n.connection = d.connection and n.person = d.person and n.kind in ('address', 'identifier')
    ) own
    join events r on r.connection = d.connection and r.person = own.name and r.occurred_at <= l.occurred_at
    where r.state = 'new' and r.kind = 'mail_report' and r.next_attempt_at <= ${now}
  `.execute(db);
  return [...live, ...rows];
}

export interface DueTimes {
  /** Of the first postponed event. */
  postponed: Millis | null;
  /** Of the first move without a time; may be due now. */
  untimed: Millis | null;
  /** Of the first waiting move; may be due now. Null where no move waits. */
  waiting: Millis | null;
}

export async function nextDueTimes(db: Db, connection: string, now: Millis): Promise<DueTimes> {
  const { rows } = await sql<DueTimes>`
    select
      (select min(next_attempt_at) from events
        where connection = ${connection} and state = 'new' and next_attempt_at > ${now}) as postponed,
      (select min(next_attempt_at) from untimed_moves where connection = ${connection}) as untimed,
      (select min(next_attempt_at) from events where connection = ${connection} and state = 'waiting') as waiting
  `.execute(db);
  return rows[0]!;
}
