import { type Destination, namesOfKind } from '../domain/actions.ts';
import type { FailureClass, FailureCode } from '../domain/errors.ts';
import type { Selection } from '../store/actions/dead-letter-selection.ts';
import { countDead, type DeadCount, type DeadLetter, listDead } from '../store/actions/dead-letters.ts';
import type { Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { type Advice, adviceFor, causeOf } from './advice.ts';

/** Dead letters of one cause. */
export interface FailureGroup extends Advice {
  connection: string;
  lane: Destination;
  /** Perhaps one that only another version of Stagepost knows. */
  kind: string;
  /** What people call its actions. */
  names: { one: string; many: string };
  failure: FailureClass | null;
  /** The cause, where it is known. */
  code: FailureCode | null;
  /** The destination's words, "…" where they differ; null where they were removed after the retention time. */
  words: string | null;
  count: number;
  /** When the first and the last of them died, ms. */
  first: Millis;
  last: Millis;
  /** The contents were removed after the retention time: these cannot be replayed. */
  removed: boolean;
  /** The oldest few. */
  examples: DeadLetter[];
}

export interface Failures {
  total: number;
  /** When the last of them died, ms; null where there are none. */
  last: Millis | null;
  /** The largest first. */
  groups: FailureGroup[];
}
const EXAMPLES = 3;

/** The dead letters of each cause, the largest group first. */
export async function readFailures(db: Db, selection: Selection): Promise<Failures> {
  const byCause = new Map<string, Group>();
  for await (const counts of countDead(db, selection, EXAMPLES)) addToGroups(byCause, counts);
  const groups = [...byCause.values()].sort((a, b) => b.count - a.count);
  const ids = groups.flatMap((group) => group.ids);
  const examples = await listDead(db, { connections: selection.connections, ids }, 0, ids.length);
  return {
    total: groups.reduce((sum, { count }) => sum + count, 0),
    last: groups.length === 0 ? null : Math.max(...groups.map(({ last }) => last)),
    groups: groups.map(({ ids: own, ...group }) => ({
      ...group,
      examples: examples.filter(({ id }) => own.includes(id)),
    })),
  };
}

type Group = Omit<FailureGroup, 'examples'> & { ids: number[] };

/** Puts together what differs only in ids and emails. */
function addToGroups(groups: Map<string, Group>, counts: DeadCount[]): void {
  for (const { error, ids, ...row } of counts) {
    const words = error === null ? null : causeOf(error);
    const key = JSON.stringify([
      row.connection,
      row.lane,
      row.kind,
      row.failure,
      row.code,
      row.removed,
      words,
    ]);
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { ...row, names: namesOfKind(row.kind), words, ids, ...adviceFor(row) });
      continue;
    }
    group.count += row.count;
    group.first = Math.min(group.first, row.first);
    group.last = Math.max(group.last, row.last);
    group.ids = [...group.ids, ...ids].sort((a, b) => a - b).slice(0, EXAMPLES);
  }
}
