import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { DeliveryError } from '../../domain/errors.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { reconcile } from './reconcile.ts';

export interface ReconcilerOptions {
  db: Db;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** A reading has ended; there may be events to plan. */
  onRead(): void;
}

/** Reads Kommo's events log beside everything else: live work never waits for a long reading. */
export interface Reconciler {
  /** Reads if it is time. Cheap; call it whenever in doubt. */
  kick(): void;
  /** It is time now. */
  due(): void;
  /** Resolves when the reading that runs has ended, or after so long. */
  settled(withinMs: Millis): Promise<void>;
  /** Ends a reading that runs; what it had brought in by then stays. */
  stop(): Promise<void>;
}

/** After a reading that failed in passing. Where the token may not read the log, the usual time is soon enough. */
const RETRY_MS = 30_000;

export function createReconciler({ db, connection, clock, log, onRead }: ReconcilerOptions): Reconciler {
  const stopping = new AbortController();
  let reading: Promise<void> | null = null;
  let dueAt: Millis = 0;

  async function read(): Promise<void> {
    let found = 0;
    try {
      for (let upToDate = false; !upToDate && !stopping.signal.aborted; ) {
        const step = await reconcile(db, connection, clock.now(), stopping.signal);
        upToDate = step.upToDate;
        found += step.found;
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      const isPassing =
        !(error instanceof DeliveryError) || ['retryable', 'throttled'].includes(error.failure);
      if (isPassing) dueAt = clock.now() + RETRY_MS;
      log.warn({ connection: connection.name, err: error }, 'the events log could not be read to its end');
    }
    if (found > 0)
      log.warn({ connection: connection.name, found }, 'moves that no webhook had reported were brought in');
  }

  return {
    kick() {
      if (reading || stopping.signal.aborted || clock.now() < dueAt) return;
      dueAt = Number.POSITIVE_INFINITY;
      reading = read().finally(() => {
        reading = null;
        if (!stopping.signal.aborted) onRead();
      });
    },
    due() {
      dueAt = 0;
    },
    async settled(withinMs) {
      if (!reading) return;
      let timer: unknown;
      const late = new Promise<void>((resolve) => {
        timer = clock.setTimeout(resolve, withinMs);
      });
      await Promise.race([reading, late]);
      clock.clearTimeout(timer);
    },
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}
