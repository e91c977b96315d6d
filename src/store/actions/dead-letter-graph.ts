import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Destination } from '../../domain/actions.ts';
import type { DeadLetterNode } from '../../domain/dependency-groups.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { diedAt, isSelected, type Selection, STEP } from './dead-letter-selection.ts';

/** A dead letter with the properties that the plan of a replay depends on. */
export interface DeadLetterNodeRow extends DeadLetterNode {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  selected: boolean;
  /** The outcome of its last call is not known. */
  unsure: boolean;
  /** An event that is too old to start a campaign. */
  old: boolean;
  at: Millis;
}

/**
 * The selected dead letters and all others of their dependency groups. A group never spans two events, since the actions
 * of one plan wait only for each other.
 * @param oldBefore unix seconds: an event from before starts no campaign.
 */
export async function deadLetterGraph(
  db: Db,
  selection: Selection,
  oldBefore: number,
): Promise<Map<number, DeadLetterNodeRow>> {
  const found = new Map<number, DeadLetterNodeRow>();
  for (let above = 0; ; ) {
    const { rows: step } = await sql<{ id: number; event: number }>`
      select a.id, a.event_id as event from actions a where ${isSelected(selection)} and a.id > ${above} order by a.id limit ${STEP}
    `.execute(db);
    if (step.length === 0) return found;
    const ids = new Set(step.map(({ id }) => id));
    const events = [...new Set(step.map(({ event }) => event))];
    for (const node of await readFamilies(db, events, oldBefore)) {
      const selected = ids.has(node.id) || found.get(node.id)?.selected === true;
      found.set(node.id, { ...node, selected });
    }
    above = step.at(-1)!.id;
    await yieldToEventLoop();
  }
}

export async function readFamilies(
  db: Db,
  events: number[],
  oldBefore: number,
): Promise<Omit<DeadLetterNodeRow, 'selected'>[]> {
  const { rows } = await sql<Omit<DeadLetterNodeRow, 'selected'>>`
    ${ofEvents(events)}
    select a.id, a.connection, a.lane, a.kind, a.after_id as "afterId",
      (select p.state from actions p where p.id = a.after_id) as "afterState",
      a.payload = '{}' as removed, coalesce(a.failure = 'unknown', false) as unsure,
      a.kind = 'track' and coalesce((a.payload->>'timestamp')::numeric < ${oldBefore}, false) as old, ${diedAt} as at
    from family a where a.state = 'dead' order by a.id
  `.execute(db);
  return rows;
}

/**
 * All actions of these events, read by the index on events. Materialized, or the planner (which on the embedded database
 * may lack statistics) would use the index of dead letters and read all of them.
 */
export const ofEvents = (events: number[]) => sql`
  with family as materialized (select * from actions where event_id = any(${events}::bigint[]))`;
