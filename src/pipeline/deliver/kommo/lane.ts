import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Destination } from '../../../domain/actions.ts';
import { MAX_BATCH } from '../../../kommo/index.ts';
import { type MonotonicClock, monotonicClock } from '../../../lib/monotonic-clock.ts';
import { claimForSending } from '../../../store/actions/actions.ts';
import { createdTasks } from '../../../store/actions/created-tasks.ts';
import { laterReports } from '../../../store/actions/later-reports.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import { Lane } from '../lane.ts';
import { createOutbox } from '../outbox.ts';
import { BatchSize, nextBatch } from './batch.ts';
import { deliverBatch, type KommoOutbox } from './deliver-batch.ts';
import { findWritten } from './read-back.ts';
import { RefusalEvidence } from './refusal-evidence.ts';
import { Remainder } from './remainder.ts';

/** While Kommo's calls are scarce, a batch waits for more actions at most this long, in ms. */
const MAX_QUIET_WAIT_MS = 1_000;

export interface KommoLaneOptions {
  connection: Connection;
  db: Db;
  clock: Clock;
  monotonic?: MonotonicClock;
  log: Logger;
  /** Whether the planning of a backlog will soon add actions; default: no. */
  expectsMore?(): boolean;
  /** Called after outcomes are stored, with the lanes where an action became ready by them. */
  onSettled(released: Destination[]): void;
}

/**
 * Delivers to Kommo: many notes, tasks or fields by one call, one call at a time, so that actions that become due during a
 * call share the next one. A single action never waits for others. In a stream of stage changes the writes do wait, and
 * leave Kommo's rate to the reads that emails wait for; and of a backlog the remainder of a full batch waits for the next one.
 */
export function createKommoLane({ connection, db, expectsMore, ...options }: KommoLaneOptions): Lane {
  const { clock, monotonic = monotonicClock } = options;
  const batchSize = new BatchSize();
  const evidence = new RefusalEvidence();
  const outbox = createKommoOutbox(db, connection, clock);
  /** Whether the last batch contained all due actions. */
  let isCaughtUp = true;
  const remainder = new Remainder(clock, expectsMore ?? (() => false), () => lane.wake());
  const lane = new Lane({
    ...options,
    connection: connection.name,
    lane: 'kommo',
    outbox: createOutbox(db, connection.name, 'kommo', connection.owner),
    concurrency: 1,
    fetchLimit: 2 * MAX_BATCH,
    beforeFetch: async () => {
      if (isCaughtUp) await connection.kommo.whenQuiet(MAX_QUIET_WAIT_MS);
    },
    group(due) {
      const batch = nextBatch(due, batchSize.value);
      isCaughtUp = due.length === batch.length;
      if (batch.length === 0 || remainder.mayWait(!isCaughtUp || batch.length >= batchSize.value)) return [];
      return [batch];
    },
    send: (batch) =>
      deliverBatch(batch, { connection, outbox, batchSize, evidence, clock, monotonic, random: Math.random }),
  });
  return lane;
}

function createKommoOutbox(db: Db, connection: Connection, clock: Clock): KommoOutbox {
  return {
    claim: (actions) => claimForSending(db, connection, actions, clock.now()),
    laterReports: (changes) => laterReports(db, changes),
    createdTasks: (eventIds) => createdTasks(db, connection.name, eventIds),
    findWritten: (actions) => findWritten(db, connection, actions),
  };
}
