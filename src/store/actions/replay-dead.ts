import { sql } from 'kysely';
import { type Blocked, dependencyGroups } from '../../domain/dependency-groups.ts';
import type { Db } from '../database/database.ts';
import { PRIORITY } from './actions.ts';
import { ofEvents, readFamilies } from './dead-letter-graph.ts';
import { isSelected, type Selection } from './dead-letter-selection.ts';

/** What became of one chunk of a replay. */
export interface Replayed {
  /** Ids that are on their way now: those that were asked for, and their families. */
  taken: number[];
  /** Cannot be replayed, and why. */
  blocked: { id: number; why: Blocked }[];
  /** Whom to wake after the commit. */
  connections: string[];
}

/**
 * Hands dead letters to their lanes again, with their families, in one transaction: those that wait for nothing are
 * ready, the others wait as before. Priority bulk: live work goes first. Where the outcome of the last call is not
 * known, the lane is left what it needs to look for it at Kommo. What is not dead (any more) is left alone, so
 * that a second call with the same ids does nothing.
 * @param record called in the transaction with the taken ids, unless there are none
 */
export async function replayDead(
  db: Db,
  selection: Selection & { ids: number[] },
  record?: (trx: Db, taken: number[]) => Promise<void>,
): Promise<Replayed> {
  return db.transaction().execute(async (trx) => {
    const { ids, events } = await lockFamilies(trx, selection);
    if (ids.length === 0) return { taken: [], blocked: [], connections: [] };
    const { taken, blocked } = dependencyGroups(await readFamilies(trx, events, 0), new Set(ids));
    const takenIds = taken.map(({ node }) => node.id);
    const waiting = taken.filter(({ state }) => state === 'waiting').map(({ node }) => node.id);
    await sql`
      update actions set
        state = case when id = any(${waiting}::bigint[]) then 'waiting' else 'ready' end,
        attempts = 0, next_attempt_at = 0, priority = ${PRIORITY.bulk}, done_at = null,
        sent_at = case when failure = 'unknown' then sent_at end,
        failure = case when failure = 'unknown' then failure end
      where id = any(${takenIds}::bigint[]) and state = 'dead'
    `.execute(trx);
    if (takenIds.length > 0) await record?.(trx, takenIds);
    return {
      taken: takenIds,
      blocked: blocked.map(({ node, why }) => ({ id: node.id, why })),
      connections: [...new Set(taken.map(({ node }) => node.connection))],
    };
  });
}

/**
 * Locks the dead letters, their families, and what these wait for: a lane that is just storing that this is done
 * would else release nobody, and leave one waiting for ever.
 * @returns the selected ids that are dead.
 */
async function lockFamilies(
  trx: Db,
  selection: Selection & { ids: number[] },
): Promise<{ ids: number[]; events: number[] }> {
  const before = await selectedOf(trx, selection);
  if (before.ids.length === 0) return before;
  await sql`
    ${ofEvents(before.events)}, dead as (select id, after_id from family where state = 'dead')
    select id from actions where id in (select id from dead union select after_id from dead)
    order by id for update
  `.execute(trx);
  return selectedOf(trx, selection);
}

async function selectedOf(db: Db, selection: Selection): Promise<{ ids: number[]; events: number[] }> {
  const { rows } = await sql<{ id: number; event: number }>`
    select a.id, a.event_id as event from actions a where ${isSelected(selection)} order by a.id
  `.execute(db);
  return { ids: rows.map(({ id }) => id), events: [...new Set(rows.map(({ event }) => event))] };
}
