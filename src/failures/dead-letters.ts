import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type Destination, isCreating, namesOfKind } from '../domain/actions.ts';
import { dependencyGroups } from '../domain/dependency-groups.ts';
import type { FailureClass, FailureCode } from '../domain/errors.ts';
import { type DeadLetterNodeRow, deadLetterGraph } from '../store/actions/dead-letter-graph.ts';
import type { Selection } from '../store/actions/dead-letter-selection.ts';
import { countDead, type DeadCount, type DeadLetter, listDead } from '../store/actions/dead-letters.ts';
import { discardDead } from '../store/actions/discard-dead.ts';
import { replayDead } from '../store/actions/replay-dead.ts';
import { type Progress, progressOf } from '../store/actions/replay-progress.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { type Advice, adviceFor, causeOf } from './advice.ts';
import { estimate, type KindCount, type SideEstimate } from './replay-estimate.ts';

/** A filter for dead letters, as commands and the console give it. Without any key it matches all. */
export type SelectionQuery = Omit<Selection, 'connections'> & { connection?: string | undefined };

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

/**
 * Records a change of dead letters in the change's transaction, so that both are stored or neither. A discard of many is
 * several transactions, each with its own record. Not called where nothing has changed.
 */
export type RecordChange = (trx: Db, ids: number[]) => Promise<void>;

/** Reads, replays and discards dead letters, for the commands and the API. */
export interface DeadLetters {
  failures(wanted: SelectionQuery): Promise<Failures>;
  /** Single ones by id, those above `above` first; `limit` at most. */
  list(wanted: SelectionQuery, above: number, limit: number): Promise<DeadLetter[]>;
  plan(wanted: SelectionQuery): Promise<ReplayPlan>;
  /** Requeues one chunk. @returns the ids that were requeued, and those that cannot be replayed */
  replay(
    chunk: { ids: number[]; until?: Millis | undefined },
    record?: RecordChange,
  ): Promise<{ taken: number[]; blocked: number[] }>;
  progress(ids: number[]): Promise<Progress>;
  /** @returns the number of discarded actions, including those that waited for a selected one. */
  discard(wanted: SelectionQuery, why: string, record?: RecordChange): Promise<{ discarded: number }>;
}

export interface DeadLettersOptions {
  database: Pick<Database, 'db' | 'notify'>;
  /** Names and Kommo's `requests_per_second` of the connections. */
  connections: { name: string; requestsPerSecond: number }[];
  now(): Millis;
}

/** Customer.io docs: only events of the last 72 hours can start campaigns; older ones are stored only. */
const CAMPAIGN_AGE_S = 72 * 3600;
const EXAMPLES = 3;
/** Rows of one transaction of a discard. */
const DISCARD_STEP = 500;

export function createDeadLetters({ database, connections, now }: DeadLettersOptions): DeadLetters {
  const { db } = database;
  const names = connections.map(({ name }) => name);
  const rates = new Map(connections.map(({ name, requestsPerSecond }) => [name, requestsPerSecond]));
  const selectionOf = ({ connection, ...wanted }: SelectionQuery): Selection => ({
    ...wanted,
    connections: connection === undefined ? names : names.filter((name) => name === connection),
  });

  return {
    async failures(wanted) {
      const found = new Map<string, Group>();
      for await (const counts of countDead(db, selectionOf(wanted), EXAMPLES)) addToGroups(found, counts);
      const groups = [...found.values()].sort((a, b) => b.count - a.count);
      const ids = groups.flatMap((group) => group.ids);
      const examples = await listDead(db, { connections: names, ids }, 0, ids.length);
      return {
        total: groups.reduce((sum, { count }) => sum + count, 0),
        last: groups.length === 0 ? null : Math.max(...groups.map(({ last }) => last)),
        groups: groups.map(({ ids: own, ...group }) => ({
          ...group,
          examples: examples.filter(({ id }) => own.includes(id)),
        })),
      };
    },
    list: (wanted, above, limit) => listDead(db, selectionOf(wanted), above, limit),
    async plan(wanted) {
      const oldBefore = Math.floor(now() / 1000) - CAMPAIGN_AGE_S;
      return planOf(await deadLetterGraph(db, selectionOf(wanted), oldBefore), rates);
    },
    async replay({ ids, until }, record) {
      const {
        taken,
        blocked,
        connections: touched,
      } = await replayDead(db, { connections: names, ids, until }, record);
      for (const connection of touched) database.notify({ type: 'work_stored', connection });
      return { taken, blocked: blocked.map(({ id }) => id) };
    },
    progress: (ids) => progressOf(db, ids),
    async discard(wanted, why, record) {
      // Actions that become dead letters during the discard are not discarded.
      const selection = {
        ...selectionOf(wanted),
        until: Math.min(wanted.until ?? Number.MAX_SAFE_INTEGER, now()),
      };
      let discarded = 0;
      for (;;) {
        const ids = await db.transaction().execute(async (trx) => {
          const dropped = await discardDead(trx, selection, why, DISCARD_STEP, now());
          if (dropped.length > 0) await record?.(trx, dropped);
          return dropped;
        });
        discarded += ids.length;
        if (ids.length === 0) return { discarded };
        await yieldToEventLoop();
      }
    },
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

function planOf(nodes: Map<number, DeadLetterNodeRow>, rates: ReadonlyMap<string, number>): ReplayPlan {
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
