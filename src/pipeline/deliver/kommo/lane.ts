import { KOMMO_EFFECTS } from '../../../domain/actions/writes.ts';
import { kindNamed } from '../../../domain/actions.ts';
import { DeliveryError } from '../../../domain/errors.ts';
import { KOMMO_ADDRESSES } from '../../../kommo/index.ts';
import { claimForSending, type NewAttempt, PRIORITY } from '../../../store/actions/actions.ts';
import { laterReports } from '../../../store/actions/later-reports.ts';
import type { Connection } from '../../connection.ts';
import {
  asDeliveryError,
  createLane,
  type DeliveryResult,
  type Lane,
  type LaneOptions,
  type OutboxRow,
  stopsLane,
} from '../lane.ts';
import { deliveredOutcome, droppedOutcome, failedOutcome } from '../outcome.ts';
import { findWritten } from './read-back.ts';
import { callOf, prepareActions, sendPrepared, type Written } from './send.ts';

/** Kommo takes 250 items a call and recommends 50; a batch starts there and grows under load. */
const MAX_BATCH = 250;
const FIRST_BATCH = 50;
/** While Kommo's calls are scarce, a batch waits so long for company at most, in ms. */
const COMPANY_MS = 1_000;

/** Until this process hears that its lease is gone, and stops. */
const NOT_OURS = new DeliveryError('throttled', 'Another process runs this connection now.');

type Options = Pick<LaneOptions, 'db' | 'clock' | 'log' | 'onSettled'> & { connection: Connection };

/**
 * Delivers to Kommo: one call for many notes, tasks or fields, one call at a time, so that what
 * waits meanwhile goes together with the next one. A lone action never waits for company; where stage changes come in a
 * stream, what is written about them does, and leaves the calls to the readings that emails wait for.
 *
 * Kommo has no idempotency key. What is sent is marked before the call; where no answer came, notes and
 * tasks are looked for at Kommo before they are written again.
 */
export function createKommoLane({ connection, ...options }: Options): Lane {
  const { db, clock } = options;
  let batchSize = FIRST_BATCH;
  /** The last batch left nothing behind. */
  let isCaughtUp = true;

  async function send(unit: OutboxRow[]): Promise<DeliveryResult> {
    const result: DeliveryResult = { settlements: [], attempts: [] };
    const ours = await marked(unit);
    if (ours.length === 0) return { ...result, stop: NOT_OURS };
    const wanted = await dropOutdated(ours, result);
    const fresh = await settleUnsure(wanted, result);
    await writeBehind(ours, fresh, result);
    return result;
  }

  /** Those that are still ours to send. What another process has taken over meanwhile is that one's. */
  async function marked(actions: OutboxRow[]): Promise<OutboxRow[]> {
    const ids = actions.map((action) => action.id);
    const ours = await claimForSending(db, connection, ids, clock.now());
    return actions.filter((action) => ours.has(action.id));
  }

  /**
   * A field change that failed and comes back (a replay, days later) must not undo what a later report has set:
   * an opt-out stays one.
   */
  async function dropOutdated(unit: OutboxRow[], result: DeliveryResult): Promise<OutboxRow[]> {
    const changes = unit.flatMap(({ id, payload }) => {
      const change = kindNamed(payload.kind).statusField?.(payload);
      return change ? [{ id, ...change }] : [];
    });
    const later = await laterReports(db, changes);
    for (const action of unit) {
      const value = later.get(action.id);
      if (value !== undefined)
        result.settlements.push(droppedOutcome(action, `A later report has set "${value}".`));
    }
    return unit.filter((action) => !later.has(action.id));
  }

  /** Looks for what may have been written already. @returns what is certainly still to be written. */
  async function settleUnsure(unit: OutboxRow[], result: DeliveryResult): Promise<OutboxRow[]> {
    const unsure = unit.filter(
      (action) => action.failure === 'unknown' && KOMMO_EFFECTS[callOf(action)] === 'create',
    );
    if (unsure.length === 0) return unit;
    const record = recorder(unsure, `read back: ${unsure[0]!.payload.kind}`);
    try {
      const written = await findWritten(db, connection, unsure);
      result.attempts.push(record(`${written.size} of ${unsure.length} found`, null));
      for (const action of unsure) {
        const id = written.get(action.id);
        if (id !== undefined) result.settlements.push(deliveredOutcome(action, id));
      }
      return unit.filter((action) => !written.has(action.id));
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      result.attempts.push(record(error.failure, error));
      for (const action of unsure) result.settlements.push(stillUnknown(action, error));
      if (stopsLane(error)) result.stop = error;
      return unit.filter((action) => !unsure.includes(action));
    }
  }

  /** Whatever the reading back met: the outcome is as unknown as before, and must be read first. */
  function stillUnknown(action: OutboxRow, error: DeliveryError) {
    const failure = stopsLane(error) ? error.failure : 'retryable';
    const settlement = failedOutcome(
      action,
      { ...error, message: error.message, failure },
      clock.now(),
      Math.random(),
    );
    return { ...settlement, failure: 'unknown' };
  }

  /** Writes a batch; takes out or splits off what Kommo refuses. */
  async function write(actions: OutboxRow[], result: DeliveryResult): Promise<void> {
    if (actions.length === 0) return;
    const { method, path } = KOMMO_ADDRESSES[callOf(actions[0]!)];
    const record = recorder(actions, `${method} ${path}`);
    try {
      const written = await call(actions, result);
      if (!written) return;
      result.attempts.push(record('accepted', null, 200));
      settleWritten(actions, written, result);
      if (actions.length >= batchSize) batchSize = Math.min(MAX_BATCH, batchSize * 2);
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      result.attempts.push(record(error.failure, error));
      // Too much for a gateway: of time, or of bytes.
      if (error.status === 504 || error.status === 413)
        batchSize = Math.max(1, Math.floor(actions.length / 2));
      if (error.failure === 'permanent') await settleRefused(actions, error, result);
      else settleFailed(actions, error, result);
    }
  }

  /** @returns null where there was nothing to call for: no action of the batch can be written. */
  async function call(actions: OutboxRow[], result: DeliveryResult): Promise<Written | null> {
    const prepared = await prepareActions(connection, actions);
    const ready = prepared.filter((one) => one.ok);
    if (ready.length === actions.length)
      return sendPrepared(connection, ready, { priority: urgencyOf(actions) });
    for (const one of prepared) if (!one.ok) refuse(one.action, one.error, result);
    await write(
      ready.map(({ action }) => action),
      result,
    );
    return null;
  }

  function settleWritten(actions: OutboxRow[], written: Written, result: DeliveryResult): void {
    const silent = new DeliveryError('unknown', 'Kommo did not say what became of this item.');
    for (const [index, action] of actions.entries()) {
      const id = written.get(index);
      if (id !== undefined) result.settlements.push(deliveredOutcome(action, String(id)));
      else result.settlements.push(failedOutcome(action, silent, clock.now(), Math.random()));
    }
  }

  /** Not the items but the call has failed. */
  function settleFailed(actions: OutboxRow[], error: DeliveryError, result: DeliveryResult): void {
    for (const action of actions)
      result.settlements.push(failedOutcome(action, error, clock.now(), Math.random()));
    if (stopsLane(error)) result.stop = error;
  }

  /** The refused items that Kommo names become dead letters; where it names none, the batch is halved. */
  async function settleRefused(
    actions: OutboxRow[],
    error: DeliveryError,
    result: DeliveryResult,
  ): Promise<void> {
    const named = actions.filter((_, index) => error.items.has(index));
    const others = actions.filter((action) => !named.includes(action));
    for (const action of named) refuse(action, error.items.get(actions.indexOf(action))!, result);
    if (named.length > 0 && error.rest === 'unknown') {
      settleFailed(others, new DeliveryError('unknown', error.message), result);
    } else if (named.length > 0) {
      await write(others, result);
    } else if (actions.length === 1) {
      refuse(actions[0]!, error.message, result);
    } else {
      const half = Math.ceil(actions.length / 2);
      await write(actions.slice(0, half), result);
      await writeBehind(actions.slice(0, half), actions.slice(half), result);
    }
  }

  /** Writes actions, less those that must wait for one of their deal that came before and is still open. */
  async function writeBehind(
    before: OutboxRow[],
    actions: OutboxRow[],
    result: DeliveryResult,
  ): Promise<void> {
    if (result.stop) return giveBack(actions, result);
    const open = new Set(result.settlements.filter(({ state }) => state === 'ready').map(({ id }) => id));
    const stuck = new Set(before.filter(({ id }) => open.has(id)).map(({ subject }) => subject));
    const behind = actions.filter((action) => stuck.has(action.subject));
    const patience = new DeliveryError('throttled', 'Waits for an earlier action of its deal.');
    for (const action of behind) result.settlements.push(failedOutcome(action, patience, clock.now(), 0));
    await write(
      actions.filter((action) => !stuck.has(action.subject)),
      result,
    );
  }

  function refuse(action: OutboxRow, words: string, result: DeliveryResult): void {
    const error = new DeliveryError('permanent', words);
    result.settlements.push(failedOutcome(action, error, clock.now(), Math.random()));
  }

  /** The lane stopped before these were written: they wait as they were. */
  function giveBack(actions: OutboxRow[], result: DeliveryResult): void {
    for (const action of actions)
      if (result.stop) result.settlements.push(failedOutcome(action, result.stop, clock.now(), 0));
  }

  function recorder(actions: OutboxRow[], name: string) {
    const startedAt = clock.now();
    const started = performance.now();
    return (outcome: string, error: DeliveryError | null, status = error?.status ?? null): Attempt => ({
      started_at: startedAt,
      duration_ms: Math.round(performance.now() - started),
      call: name,
      status,
      outcome,
      error: error?.message ?? null,
      action_ids: actions.map((action) => action.id),
    });
  }

  return createLane({
    ...options,
    connection: connection.name,
    owner: connection.owner,
    lane: 'kommo',
    concurrency: 1,
    lookAhead: 2 * MAX_BATCH,
    beforeLook: async () => {
      if (isCaughtUp) await connection.kommo.whenQuiet(COMPANY_MS);
    },
    group(due) {
      const units = oneBatch(due, batchSize);
      isCaughtUp = due.length === units.flat().length;
      return units;
    },
    send,
  });
}

/** A batch goes as its most urgent action. */
function urgencyOf(actions: OutboxRow[]): 'write' | 'retry' | 'bulk' {
  const first = Math.min(...actions.map((action) => action.priority));
  return first === PRIORITY.live ? 'write' : first === PRIORITY.retry ? 'retry' : 'bulk';
}

type Attempt = Omit<NewAttempt, 'connection' | 'lane'>;

/**
 * The next batch: all that goes by the oldest action's call and whose turn it is on its deal. An
 * action of another call holds back what comes after it on the same deal.
 */
export function oneBatch(due: OutboxRow[], size: number): OutboxRow[][] {
  if (due.length === 0) return [];
  const call = callOf(due[0]!);
  const batch: OutboxRow[] = [];
  const waiting = new Set<string>();
  for (const action of due) {
    if (callOf(action) !== call) waiting.add(action.subject);
    else if (!waiting.has(action.subject)) {
      batch.push(action);
      // Two values for one field must arrive in their order: one change of a deal in each call.
      if (KOMMO_EFFECTS[call] === 'set') waiting.add(action.subject);
    }
    if (batch.length >= size) break;
  }
  return [batch];
}
