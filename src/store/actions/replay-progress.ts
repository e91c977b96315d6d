import { sql } from 'kysely';
import type { Destination } from '../../domain/actions.ts';
import type { Db } from '../database/database.ts';
import type { ActionState } from '../database/schema.ts';
import type { DeadLetter } from './dead-letters.ts';

/** The states of a replay's actions. */
export interface Progress {
  counts: Record<ActionState, number>;
  /** Open actions that have failed since and are retried automatically, and the actions that wait for them. */
  tryingAgain: number[];
  /** Refused again, with the new error message. */
  refused: { connection: string; lane: Destination; kind: string; words: string; count: number }[];
  /** No longer needed, with the lane's reason. */
  dropped: { words: string; count: number }[];
  /** A lane that does not deliver, with its error message: an operator must act (`unauthorized`), or it waits (`throttled`). */
  stopped: {
    connection: string;
    lane: Destination;
    failure: 'unauthorized' | 'throttled';
    words: string;
  } | null;
}

type ProgressRow = Pick<
  DeadLetter,
  'id' | 'connection' | 'lane' | 'kind' | 'failure' | 'words' | 'attempts'
> & {
  state: ActionState;
  afterId: number | null;
};

/** The progress of those of the actions that belong to one of the connections. */
export async function progressOf(db: Db, connections: readonly string[], ids: number[]): Promise<Progress> {
  const { rows } = await sql<ProgressRow>`
    select id, connection, lane, kind, state, failure, error as words, attempts, after_id as "afterId"
    from actions where id = any(${ids}::bigint[]) and connection = any(${connections}::text[]) order by id
  `.execute(db);
  return summarize(rows);
}

function summarize(rows: ProgressRow[]): Progress {
  const counts = { waiting: 0, ready: 0, sending: 0, done: 0, dead: 0, dropped: 0 };
  const tryingAgain = new Set<number>();
  const refused = new Map<string, Progress['refused'][number]>();
  const dropped = new Map<string, Progress['dropped'][number]>();
  let stopped: Progress['stopped'] = null;
  // Ordered by id, so that each action comes after the one that it waits for.
  for (const { id, connection, lane, kind, state, failure, attempts, afterId, ...row } of rows) {
    const words = row.words ?? '';
    counts[state] += 1;
    if (state === 'dead')
      count(refused, `${connection} ${lane} ${kind} ${words}`, { connection, lane, kind, words });
    else if (state === 'dropped') count(dropped, words, { words });
    else if (state === 'ready' && (failure === 'unauthorized' || failure === 'throttled'))
      stopped ??= { connection, lane, failure, words };
    else if (state === 'ready' && attempts > 0) tryingAgain.add(id);
    else if (state === 'waiting' && afterId !== null && tryingAgain.has(afterId)) tryingAgain.add(id);
  }
  return {
    counts,
    tryingAgain: [...tryingAgain],
    refused: [...refused.values()],
    dropped: [...dropped.values()],
    stopped,
  };
}

function count<T>(map: Map<string, T & { count: number }>, key: string, entryWithoutCount: T): void {
  const entry = map.get(key) ?? { ...entryWithoutCount, count: 0 };
  entry.count += 1;
  map.set(key, entry);
}
