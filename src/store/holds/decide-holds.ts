import { type RawBuilder, sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import { en } from '../../languages/en.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Authorship } from '../users/actor.ts';
import { addAudit } from '../users/audit.ts';

/** Held moves of one hold. */
export interface HeldSelection {
  holdId: number;
  /** A hold of another connection has no moves. */
  connections: string[];
  /** Only these deals; default: all. */
  dealIds?: number[] | undefined;
  /** Only moves that were held until then, ms; default: all. */
  until?: Millis | undefined;
  /** Only moves that are not older than this, unix seconds. */
  notBefore?: UnixSeconds | undefined;
}

/**
 * Releases held moves, at most `limit` in one transaction: each waits for its turn behind new events. A move that was
 * decided about already stays as it is.
 * @param timestamp the time that the events carry
 * @returns how many were released
 */
export async function releaseHeld(
  db: Db,
  selection: HeldSelection,
  timestamp: 'move' | 'now',
  limit: number,
  by: Authorship,
): Promise<number> {
  const reason = en.reasons.released(by.actor.name);
  const change = sql`
    state = 'waiting', next_attempt_at = ${by.at}::bigint, released_at = ${by.at}::bigint,
    released_with = ${timestamp}, attempts = 0, reason = ${reason}`;
  return decide(db, selection, change, limit, by, 'hold_sent');
}

/** Discards held moves, at most `limit` in one transaction. @returns how many were discarded */
export async function discardHeld(
  db: Db,
  selection: HeldSelection,
  why: string,
  limit: number,
  by: Authorship,
): Promise<number> {
  const reason = discardReason(by.actor.name, why);
  const change = sql`state = 'ignored', planned_at = ${by.at}::bigint, reason = ${reason}`;
  return decide(db, selection, change, limit, by, 'hold_discarded', `, because: ${why}`);
}

export function discardReason(who: string, why: string): string {
  return en.reasons.discarded(who, why);
}

async function decide(
  db: Db,
  selection: HeldSelection,
  change: RawBuilder<unknown>,
  limit: number,
  by: Authorship,
  what: 'hold_sent' | 'hold_discarded',
  because = '',
): Promise<number> {
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ connection: string }>`
      update events set ${change} where id in (
        select e.id from events e where ${isSelected(selection)} order by e.id limit ${limit} for update skip locked
      ) and state = 'held' returning connection
    `.execute(trx);
    const [first] = rows;
    if (!first) return 0;
    const { connection } = first;
    const deals = `${rows.length} ${rows.length === 1 ? 'held deal' : 'held deals'}`;
    await addAudit(trx, by, {
      ...{ what, connection, detail: `${connection}, hold ${selection.holdId}: ${deals}${because}` },
    });
    return rows.length;
  });
}

/** How many held moves are selected, and how many of them are older than a time. */
export async function countHeld(
  db: Db,
  selection: HeldSelection,
  before: UnixSeconds,
): Promise<{ held: number; older: number }> {
  const { rows } = await sql<{ held: number; older: number }>`
    select count(*)::int as held, (count(*) filter (where e.occurred_at < ${before}::bigint))::int as older
    from events e where ${isSelected(selection)}
  `.execute(db);
  return rows[0]!;
}

function isSelected({ holdId, connections, dealIds, until, notBefore }: HeldSelection): RawBuilder<unknown> {
  return sql`e.connection = any(${connections}::text[]) and e.state = 'held' and e.hold_id = ${holdId}::bigint
    and ${dealIds === undefined ? sql`true` : sql`e.deal_id = any(${dealIds}::bigint[])`}
    and ${until === undefined ? sql`true` : sql`e.waiting_since <= ${until}::bigint`}
    and ${notBefore === undefined ? sql`true` : sql`e.occurred_at >= ${notBefore}::bigint`}`;
}
