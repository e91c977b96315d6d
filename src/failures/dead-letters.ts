import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { CAMPAIGN_AGE_S } from '../domain/campaign-settings.ts';
import { deadLetterGraph } from '../store/actions/dead-letter-graph.ts';
import type { Selection } from '../store/actions/dead-letter-selection.ts';
import { type DeadLetter, listDead } from '../store/actions/dead-letters.ts';
import { discardDead } from '../store/actions/discard-dead.ts';
import { replayDead } from '../store/actions/replay-dead.ts';
import { type Progress, progressOf } from '../store/actions/replay-progress.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import type { Actor, Authorship } from '../store/users/actor.ts';
import { type Failures, readFailures } from './failure-groups.ts';
import { planOf, type ReplayPlan } from './replay-plan.ts';

/** A filter for dead letters, as commands and the console give it. Without any key it matches all. */
export type SelectionQuery = Omit<Selection, 'connections'> & { connection?: string | undefined };

/** Reads, replays and discards dead letters of some connections, for the commands and the API. Those of others do not exist for it. */
export interface DeadLetters {
  failures(wanted: SelectionQuery): Promise<Failures>;
  /** Single ones by id, those above `above` first; `limit` at most. */
  list(wanted: SelectionQuery, above: number, limit: number): Promise<DeadLetter[]>;
  plan(wanted: SelectionQuery): Promise<ReplayPlan>;
  /** Requeues one chunk. @returns the ids that were requeued, and those that cannot be replayed */
  replay(chunk: {
    ids: number[];
    until?: Millis | undefined;
  }): Promise<{ taken: number[]; blocked: number[] }>;
  progress(ids: number[]): Promise<Progress>;
  /** @returns the number of discarded actions, including those that waited for a selected one. */
  discard(wanted: SelectionQuery, why: string): Promise<{ discarded: number }>;
}

export interface DeadLettersOptions {
  database: Pick<Database, 'db' | 'notify'>;
  /** Names and Kommo's `requests_per_second` of the connections. */
  connections: { name: string; requestsPerSecond: number }[];
  /** Who replays and discards, for the audit log. */
  actor: Actor;
  now(): Millis;
}

/** Rows of one transaction of a discard. */
const DISCARD_STEP = 500;

export function createDeadLetters({ database, connections, actor, now }: DeadLettersOptions): DeadLetters {
  const { db } = database;
  const names = connections.map(({ name }) => name);
  const rates = new Map(connections.map(({ name, requestsPerSecond }) => [name, requestsPerSecond]));
  const selectionOf = ({ connection, ...wanted }: SelectionQuery): Selection => ({
    ...wanted,
    connections: connection === undefined ? names : names.filter((name) => name === connection),
  });

  return {
    failures: (wanted) => readFailures(db, selectionOf(wanted)),
    list: (wanted, above, limit) => listDead(db, selectionOf(wanted), above, limit),
    async plan(wanted) {
      const oldBefore = Math.floor(now() / 1000) - CAMPAIGN_AGE_S;
      return planOf(await deadLetterGraph(db, selectionOf(wanted), oldBefore), rates);
    },
    async replay({ ids, until }) {
      const {
        taken,
        blocked,
        connections: touched,
      } = await replayDead(db, { connections: names, ids, until }, { actor, at: now() });
      for (const connection of touched) database.notify({ type: 'work_stored', connection });
      return { taken, blocked: blocked.map(({ id }) => id) };
    },
    progress: (ids) => progressOf(db, names, ids),
    async discard(wanted, why) {
      // Actions that become dead letters during the discard are not discarded.
      const until = Math.min(wanted.until ?? Number.MAX_SAFE_INTEGER, now());
      return discardInSteps(db, { ...selectionOf(wanted), until }, why, () => ({ actor, at: now() }));
    },
  };
}

async function discardInSteps(
  db: Db,
  selection: Selection,
  why: string,
  by: () => Authorship,
): Promise<{ discarded: number }> {
  let discarded = 0;
  for (;;) {
    const ids = await discardDead(db, selection, why, DISCARD_STEP, by());
    discarded += ids.length;
    if (ids.length === 0) return { discarded };
    await yieldToEventLoop();
  }
}
