import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { shownActorName } from '../users/actor.ts';
import { discardReason } from './decide-holds.ts';

/** A hold with what was decided about its moves. */
export interface StoredHold {
  id: number;
  connection: string;
  /** `restored`: these may have been sent before the database was restored. */
  cause: 'burst' | 'restored' | 'backfill';
  /** 0, as the stage's, for timers that ran out. */
  pipelineId: number;
  stageId: number;
  event: string;
  /** The times of the first and the last move of the burst. */
  firstAt: UnixSeconds;
  lastAt: UnixSeconds;
  openedAt: Millis;
  /** When a move was last added. */
  changedAt: Millis;
  held: number;
  sent: number;
  discarded: number;
  /** Of those sent: not delivered yet, waiting for a contact, with a failed action, and those that led to nothing. */
  sending: number;
  waiting: number;
  failed: number;
  ended: number;
  /** Held moves that are older than the given time. */
  older: number;
  /** Who moved the held deals, as far as Kommo says so; of the first 1,000 of them. */
  users: { id: number; deals: number }[];
  /** The first few held deals. */
  sample: number[];
  /** What was decided, the newest first. */
  decisions: HoldDecision[];
}

/** One decision about moves of a hold. */
export interface HoldDecision {
  what: 'sent' | 'discarded';
  at: Millis;
  /** Null where the audit log no longer has it. */
  who: string | null;
  deals: number;
  /** The time that the events carry; null where nothing was sent. */
  timestamp: 'move' | 'now' | null;
  /** The reason of who discarded; null where events were sent. */
  why: string | null;
}

/** Which holds to list. */
export interface HoldFilter {
  /** Also holds that have nothing left to decide. */
  decided: boolean;
  /** Only holds in which this deal is held. */
  dealId?: number | undefined;
  limit: number;
}

/** Rows that are read for users and examples. */
const MOST_READ = 1_000;
const SAMPLE = 5;
const MOST_DECISIONS = 50;

/** The ids of the holds that have moves to decide about, and with `decided` of those that have none; the newest first. */
export async function holdIds(
  db: Db,
  connections: string[],
  { decided, dealId, limit }: HoldFilter,
): Promise<number[]> {
  const ofDeal = dealId === undefined ? sql`true` : sql`e.deal_id = ${dealId}::bigint`;
  const { rows } = await sql<{ id: number }>`
    select h.id from holds h
    where h.connection = any(${connections}::text[]) and (${decided}::boolean or exists (
      select 1 from events e
      where e.connection = h.connection and e.hold_id = h.id and e.state = 'held' and ${ofDeal}
    ))
    order by h.id desc limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * A hold as it is now. It reads all moves of the hold: some 25 ms for 5,000, on the embedded database.
 * @param before for `older`, unix seconds
 */
export async function readHold(db: Db, id: number, before: UnixSeconds): Promise<StoredHold> {
  const { rows } = await sql<StoredHold & { decisions: StoredDecision[] }>`
    select h.id, h.connection, coalesce(h.cause, 'burst') as cause, h.pipeline_id as "pipelineId", h.stage_id as "stageId", h.event,
      h.first_at as "firstAt", h.last_at as "lastAt", h.opened_at as "openedAt", h.changed_at as "changedAt",
      counts.held, counts.sent, counts.discarded, counts.sending, counts.waiting, counts.failed, counts.ended,
      counts.older, coalesce(users.list, '[]') as users, coalesce(sample.list, '[]') as sample,
      coalesce(decisions.list, '[]') as decisions
    from holds h cross join lateral (
      select (count(*) filter (where e.state = 'held'))::int as held,
        (count(*) filter (where e.released_at is not null))::int as sent,
        (count(*) filter (where e.state = 'ignored' and e.released_at is null))::int as discarded,
        (count(*) filter (where ${IS_SENDING}))::int as sending,
        (count(*) filter (where ${IS_WAITING}))::int as waiting,
        (count(*) filter (where e.released_at is not null and e.state = 'planned' and exists (
          select 1 from actions a where a.connection = h.connection and a.event_id = e.id and a.state = 'dead'
        )))::int as failed,
        (count(*) filter (where e.released_at is not null and e.state = 'ignored'))::int as ended,
        (count(*) filter (where e.state = 'held' and e.occurred_at < ${before}::bigint))::int as older
      from events e where e.hold_id = h.id
    ) counts cross join lateral (
      select jsonb_agg(jsonb_build_object('id', by, 'deals', deals) order by deals desc) as list from (
        select (payload->>'by')::bigint as by, count(*) as deals from (
          select payload from events e where e.connection = h.connection and e.hold_id = h.id and e.state = 'held'
          order by e.id limit ${MOST_READ}
        ) first where payload->>'by' is not null group by 1
      ) groups
    ) users cross join lateral (
      select jsonb_agg(deal_id order by id) as list from (
        select e.id, e.deal_id from events e where e.connection = h.connection and e.hold_id = h.id and e.state = 'held'
        order by e.id limit ${SAMPLE}
      ) first
    ) sample cross join lateral (${DECISIONS}) decisions
    where h.id = ${id}::bigint
  `.execute(db);
  const hold = rows[0]!;
  return { ...hold, decisions: hold.decisions.map(shownDecision) };
}

/** A released move is planned at its release at the earliest; one that waits for a contact has a later time, without a failure. */
const IS_WAITING = sql`e.state = 'waiting' and e.released_at is not null
  and e.attempts = 0 and e.next_attempt_at > e.released_at`;
const IS_SENDING = sql`e.released_at is not null and (
  (e.state = 'waiting' and not (e.attempts = 0 and e.next_attempt_at > e.released_at))
  or (e.state = 'planned' and exists (
    select 1 from actions a where a.connection = h.connection and a.event_id = e.id and a.done_at is null
      and a.state in ('waiting', 'ready', 'sending')
  )))`;

interface StoredDecision extends HoldDecision {
  kind: string | null;
  reason: string | null;
}

/** Moves that were decided together carry the time of the audit log's entry about it. */
const DECISIONS = sql`
  select jsonb_agg(jsonb_build_object('what', what, 'at', at, 'who', who, 'kind', who_kind, 'deals', deals,
    'timestamp', timestamp, 'reason', reason) order by at desc) as list
  from (
    select d.*, a.who, a.who_kind from (
      select case when e.released_at is null then 'discarded' else 'sent' end as what,
        coalesce(e.released_at, e.planned_at) as at, e.released_with as timestamp, count(*) as deals,
        min(e.reason) filter (where e.released_at is null) as reason
      from events e
      where e.hold_id = h.id and (e.released_at is not null or e.state = 'ignored')
      group by 1, 2, 3 order by 2 desc limit ${MOST_DECISIONS}
    ) d left join lateral (
      select who, who_kind from audit
      where what = case d.what when 'sent' then 'hold_sent' else 'hold_discarded' end
        and connection = h.connection and audit.at = d.at limit 1
    ) a on true
    where a.who is not null or d.what = 'sent'
  ) decided`;

function shownDecision({ kind, reason, who, ...decision }: StoredDecision): HoldDecision {
  const prefix = discardReason(who ?? '', '');
  return {
    ...decision,
    who: who === null ? null : shownActorName(who, kind),
    why: reason?.startsWith(prefix) ? reason.slice(prefix.length) : null,
  };
}

/** A held move. */
export interface HeldDeal {
  connection: string;
  /** The id of its event. */
  event: number;
  dealId: number;
  /** The deal's name; null where it was not read. */
  deal: string | null;
  at: UnixSeconds;
  /** The user who moved it, as far as Kommo says so. */
  by: number | null;
}

/** The held moves of a hold above an event id, at most `limit`. */
export async function listHeldDeals(
  db: Db,
  connections: string[],
  holdId: number,
  above: number,
  limit: number,
): Promise<HeldDeal[]> {
  const { rows } = await sql<HeldDeal>`
    select e.connection, e.id as event, e.deal_id as "dealId", nullif(d.name, '') as deal, e.occurred_at as at,
      (e.payload->>'by')::bigint as by
    from events e left join deals d on d.connection = e.connection and d.deal_id = e.deal_id
    where e.connection = any(${connections}::text[]) and e.state = 'held' and e.hold_id = ${holdId}::bigint
      and e.id > ${above}::bigint
    order by e.id limit ${limit}
  `.execute(db);
  return rows;
}
