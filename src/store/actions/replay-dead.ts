import { sql } from 'kysely';
import { type Blocked, dependencyGroups } from '../../domain/dependency-groups.ts';
import type { Db } from '../database/database.ts';
import type { Authorship } from '../users/actor.ts';
import { PRIORITY } from './actions.ts';
import { auditDeadLetters } from './dead-letter-audit.ts';
import { ofEvents, readFamilies } from './dead-letter-graph.ts';
import { isSelected, type Selection } from './dead-letter-selection.ts';
import { addressToPresentProfiles } from './present-profiles.ts';

/** The result of requeuing one chunk of a replay. */
export interface Replayed {
  /** The requeued ids: the requested ones and those of their dependency groups. */
  taken: number[];
  /** Cannot be replayed, and why. */
  blocked: { id: number; why: Blocked }[];
  /** Whom to wake after the commit. */
  connections: string[];
}

/**
 * Requeues dead letters with their dependency groups, in one transaction: those that wait for nothing become ready, the
 * others wait as before. Their priority is bulk, so new work goes first. If the outcome of the last call is unknown, the
 * columns that the lane needs for reading back are kept. What was for a former profile of a person goes to the present one. Actions that are not dead letters are not changed, so a second
 * call with the same ids has no effect. The same transaction adds the entries of the audit log.
 */
export async function replayDead(
  db: Db,
  selection: Selection & { ids: number[] },
  by: Authorship,
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
        sent_at = case when failure = 'unknown' then sent_at when ${IS_DOUBTFUL} then created_at end,
        failure = case when failure = 'unknown' or ${IS_DOUBTFUL} then 'unknown' end
      where id = any(${takenIds}::bigint[]) and state = 'dead'
    `.execute(trx);
    await addressToPresentProfiles(trx, takenIds);
    await auditDeadLetters(trx, by, { what: 'replay', actions: taken.map(({ node }) => node) });
    return {
      taken: takenIds,
      blocked: blocked.map(({ node, why }) => ({ id: node.id, why })),
      connections: [...new Set(taken.map(({ node }) => node.connection))],
    };
  });
}

/** A note or task of before a restore: the database that was lost may have replayed it already. */
const IS_DOUBTFUL = sql`(lane = 'kommo' and kind in ('note', 'task')
  and created_at <= (select doubtful_until * 1000 from installation))`;

/**
 * Locks the dead letters, their dependency groups, and the actions that these wait for. Without the lock, a lane that
 * stores `done` for such an action at the same moment would release nothing, and a requeued action would wait for ever.
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
