import { sql } from 'kysely';
import type { Destination } from '../../domain/actions.ts';
import type { Db } from '../database/database.ts';
import type { ActionState } from '../database/schema.ts';
import type { DeadLetter } from './dead-letters.ts';

/** Where the actions of a replay are now. */
export interface Progress {
  counts: Record<ActionState, number>;
  /** Open ones that have failed since and are tried again by themselves, and what waits for them. */
  tryingAgain: number[];
  /** Refused again, with the new words. */
  refused: { connection: string; lane: Destination; kind: string; words: string; count: number }[];
  /** Not needed any more, with the lane's reason. */
  dropped: { words: string; count: number }[];
  /** A lane that does not deliver, in its own words: the operator must act (`unauthorized`), or it waits (`throttled`). */
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

export async function progressOf(db: Db, ids: number[]): Promise<Progress> {
  const { rows } = await sql<ProgressRow>`
    select id, connection, lane, kind, state, failure, error as words, attempts, after_id as "afterId"
    from actions where id = any(${ids}::bigint[]) order by id
  `.execute(db);
  return summarize(rows);
}

function summarize(rows: ProgressRow[]): Progress {
  const counts = { waiting: 0, ready: 0, sending: 0, done: 0, dead: 0, dropped: 0 };
  const tryingAgain = new Set<number>();
  const refused = new Map<string, Progress['refused'][number]>();
  const dropped = new Map<string, Progress['dropped'][number]>();
  let stopped: Progress['stopped'] = null;
  // In the order of their ids, so that what waits comes after what it waits for.
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

function count<T>(map: Map<string, T & { count: number }>, key: string, what: T): void {
  const entry = map.get(key) ?? { ...what, count: 0 };
  entry.count += 1;
  map.set(key, entry);
}
