import { isCreating } from '../domain/actions.ts';
import { dependencyGroups } from '../domain/dependency-groups.ts';
import type { DeadLetterNodeRow } from '../store/actions/dead-letter-graph.ts';
import type { Millis } from '../store/database/schema.ts';
import { estimate, type KindCount, type SideEstimate } from './replay-estimate.ts';

/** The plan of a replay. */
export interface ReplayPlan {
  /** All actions to replay, dependency groups together, the oldest first. */
  ids: number[];
  /** How many of these were not selected, but wait for a selected action, or a selected action for them. */
  alongside: number;
  /** When the last of them died, ms. Given to `replay`, it keeps out what is refused again meanwhile. */
  until: Millis;
  sides: SideEstimate[];
  calls: number;
  /** The shortest duration, if nothing fails. */
  leastSeconds: number;
  /** How many cannot be replayed: their contents were removed, or the action that they wait for was discarded. */
  blocked: { removed: number; discarded: number };
  /** Events older than 72 hours: Customer.io stores them and starts no campaign. */
  oldEvents: number;
  /** How many notes and tasks are read back first, since the outcome of their last call is unknown. */
  unsure: number;
}

export function planOf(
  nodes: Map<number, DeadLetterNodeRow>,
  rates: ReadonlyMap<string, number>,
): ReplayPlan {
  const selected = new Set([...nodes.values()].filter((node) => node.selected).map(({ id }) => id));
  const { taken, blocked } = dependencyGroups([...nodes.values()], selected);
  const rows = taken.map(({ node }) => node);
  const blockedBy = (why: string) =>
    blocked.filter((entry) => entry.why === why && entry.node.selected).length;
  return {
    ids: rows.map(({ id }) => id),
    alongside: rows.filter((node) => !node.selected).length,
    until: Math.max(0, ...rows.map(({ at }) => at)),
    ...estimate(countKinds(rows), rates),
    blocked: { removed: blockedBy('removed'), discarded: blockedBy('discarded') },
    oldEvents: rows.filter(({ old }) => old).length,
    unsure: rows.filter(isUnsure).length,
  };
}

/** A field is simply set again: only a second note or task would be seen. */
function isUnsure({ unsure, kind }: DeadLetterNodeRow): boolean {
  return unsure && isCreating(kind);
}

function countKinds(rows: DeadLetterNodeRow[]): KindCount[] {
  const counts = new Map<string, KindCount>();
  for (const row of rows) {
    const { connection, lane, kind } = row;
    const key = `${connection} ${lane} ${kind}`;
    const entry = counts.get(key) ?? { connection, lane, kind, count: 0, unsure: 0 };
    entry.count += 1;
    if (isUnsure(row)) entry.unsure += 1;
    counts.set(key, entry);
  }
  return [...counts.values()];
}
