import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Authorship } from '../users/actor.ts';
import { auditDeadLetters, type ChangedAction } from './dead-letter-audit.ts';
import { isSelected, type Selection } from './dead-letter-selection.ts';

/**
 * Discards dead letters and the actions that waited for them: they become `dropped`, with the reason and their previous
 * error message. At most `limit` of the selection in one transaction, which also adds the entries of the audit log.
 * @returns the ids that were discarded, with those that waited for them.
 */
export async function discardDead(
  db: Db,
  selection: Selection,
  why: string,
  limit: number,
  by: Authorship,
): Promise<number[]> {
  return inTransaction(db, async (trx) => {
    const discarded = await dropSelected(trx, selection, { why, limit, at: by.at });
    await auditDeadLetters(trx, by, { what: 'discard', actions: discarded, why });
    return discarded.map(({ id }) => id);
  });
}

async function dropSelected(
  trx: Db,
  selection: Selection,
  { why, limit, at }: { why: string; limit: number; at: number },
): Promise<ChangedAction[]> {
  const { rows } = await sql<ChangedAction>`
    with recursive chosen as (
      select a.id, a.event_id from actions a where ${isSelected(selection)} order by a.id limit ${limit}
    ), family as (
      select id, event_id from chosen
      union
      select c.id, c.event_id from actions c join family f on c.event_id = f.event_id and c.after_id = f.id
      where c.state in ('dead', 'waiting')
    )
    update actions set state = 'dropped', done_at = ${at}::bigint,
      error = ${`Discarded: ${why}`}::text || coalesce(' (was: ' || error || ')', '')
    where id in (select id from family) and state in ('dead', 'waiting')
    returning id, connection
  `.execute(trx);
  return rows;
}
