import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Destination } from '../../domain/actions.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { type ActionOutcome, PRIORITY } from '../../store/actions/actions.ts';
import { type DeliveryResult, Lane, type LaneOptions } from './lane.ts';
import type { Outbox, OutboxRow } from './outbox.ts';
import { deliveredOutcome, failedOutcome } from './outcome.ts';

/** An outbox in memory that can be away. */
class FakeOutbox implements Outbox {
  rows: { id: number; subject: string; attempts: number; priority: number; state: string; at: number }[] = [];
  fetches = 0;
  saved: ActionOutcome[] = [];
  released: Destination[] = [];
  unreadableIds = new Set<number>();
  isAway = false;

  put(...subjects: string[]): void {
    for (const subject of subjects)
      this.rows.push({
        ...{ id: this.rows.length + 1, subject, attempts: 0, priority: PRIORITY.live },
        ...{ state: 'ready', at: 0 },
      });
  }
  async fetchDue(now: number, limit: number): ReturnType<Outbox['fetchDue']> {
    this.#check();
    this.fetches += 1;
    const times = this.rows.filter(({ state, at }) => state === 'ready' && at > now).map(({ at }) => at);
    const due = this.rows.filter(({ state, at }) => state === 'ready' && at <= now).slice(0, limit);
    const isUnreadable = ({ id, subject }: { id: number; subject: string }) =>
      subject === 'unreadable' || this.unreadableIds.has(id);
    return {
      due: due.filter((row) => !isUnreadable(row)) as unknown as OutboxRow[],
      unreadable: due.filter(isUnreadable),
      leavesDue: due.length >= limit,
      nextDueAt: times.length === 0 ? null : Math.min(...times),
    };
  }
  async save(outcomes: ActionOutcome[]): Promise<Destination[]> {
    this.#check();
    this.saved.push(...outcomes);
    for (const { id, state, attempts, next_attempt_at: at } of outcomes)
      Object.assign(this.rows.find((row) => row.id === id)!, { state, attempts, at });
    return this.released;
  }
  #check(): void {
    if (this.isAway) throw new Error('the database is away');
  }
}

let clock: TestClock;
let outbox: FakeOutbox;
/** The subjects of the calls so far. */
let calls: string[];
beforeEach(() => {
  clock = new TestClock(1_000_000);
  outbox = new FakeOutbox();
  calls = [];
});

const attempt = (outcome: string, error: string | null) => ({
  started_at: 0,
  duration_ms: 0,
  call: 'POST',
  status: null,
  outcome,
  error,
  action_ids: [],
});

function delivered(unit: OutboxRow[]): DeliveryResult {
  return {
    outcomes: unit.map((action) => deliveredOutcome(action, null)),
    attempts: [attempt('accepted', null)],
  };
}

function failed(unit: OutboxRow[], error: DeliveryError): DeliveryResult {
  const outcomes = unit.map((action) => failedOutcome(action, error, clock.now(), 0));
  const isDestination = error.failure === 'throttled' || error.failure === 'unauthorized';
  return {
    outcomes,
    attempts: [attempt(error.failure, error.message)],
    ...(isDestination ? { destinationError: error } : {}),
  };
}

function start(answer: (unit: OutboxRow[]) => DeliveryResult | Promise<DeliveryResult>, options = {}): Lane {
  return new Lane({
    connection: 'acme',
    lane: 'kommo',
    outbox,
    clock,
    monotonic: { now: () => clock.now(), sleep: async () => {} },
    log: pino({ level: 'silent' }),
    concurrency: 2,
    fetchLimit: 10,
    group: (due) => due.map((action) => [action]),
    send: async (unit) => {
      calls.push(...unit.map(({ subject }) => subject));
      return answer(unit);
    },
    onSettled: () => {},
    ...(options as Partial<LaneOptions>),
  });
}

const statesOf = () => outbox.rows.map(({ state }) => state);

describe('an open lane', () => {
  it('delivers what is due, and what becomes due later by itself', async () => {
    outbox.put('ann', 'bob');
    outbox.rows[1]!.at = clock.now() + 60_000;
    const lane = start(delivered);
    lane.wake();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'ready']));
    await clock.tick(60_000);
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
  });

  it('starts no more calls at once than it may', async () => {
    outbox.put('ann', 'bob', 'cid');
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = start((unit) => promise.then(() => delivered(unit)));
    lane.wake();
    await vi.waitFor(() => expect(calls).toEqual(['ann', 'bob']));
    resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done', 'done']));
  });

  it('sends a person’s next action only after the outcome of the one before is stored', async () => {
    outbox.put('ann', 'ann');
    const lane = start(delivered, { group: (due: OutboxRow[]) => due.slice(0, 1).map((action) => [action]) });
    const save = outbox.save.bind(outbox);
    const { promise, resolve } = Promise.withResolvers<void>();
    outbox.save = async (outcomes) => {
      await promise;
      return save(outcomes);
    };
    lane.wake();
    await vi.waitFor(() => expect(calls).toEqual(['ann']));
    lane.wake();
    resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
    expect(calls).toEqual(['ann', 'ann']);
  });

  it('keeps the order of a person whose profile changes while an action is in flight', async () => {
    outbox.put('ann@old.example', 'bob');
    const answers: (() => void)[] = [];
    const lane = start((unit) => new Promise((resolve) => answers.push(() => resolve(delivered(unit)))));
    lane.wake();
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    outbox.rows[0]!.subject = 'ann@new.example';
    outbox.put('ann@new.example');
    answers[1]!();
    await vi.waitFor(() => expect(statesOf()).toEqual(['ready', 'done', 'ready']));
    lane.wake();
    await clock.tick(1_000);
    expect(calls).toEqual(['ann@old.example', 'bob']);
    answers[0]!();
    await vi.waitFor(() => expect(calls).toEqual(['ann@old.example', 'bob', 'ann@new.example']));
    answers[2]!();
    await lane.stop();
  });

  it('stores the outcome of a call that ends while the next fetch is waited for', async () => {
    outbox.put('ann');
    const call = Promise.withResolvers<void>();
    const company = Promise.withResolvers<void>();
    let fetches = 0;
    const lane = start((unit) => call.promise.then(() => delivered(unit)), {
      beforeFetch: async () => {
        fetches += 1;
        if (fetches === 2) await company.promise;
      },
    });
    lane.wake();
    await vi.waitFor(() => expect(calls).toEqual(['ann']));
    lane.wake();
    await vi.waitFor(() => expect(fetches).toBe(2));
    call.resolve();
    await call.promise;
    await new Promise(setImmediate);
    company.resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done']));
  });

  it('asks for further work only where some may be left', async () => {
    outbox.put('ann', 'bob');
    const lane = start(delivered);
    lane.wake();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
    await lane.stop();
    expect(outbox.fetches).toBe(1);
  });

  it('fetches after a call what was stored during it', async () => {
    outbox.put('ann');
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = start((unit) => promise.then(() => delivered(unit)), { concurrency: 1 });
    lane.wake();
    await vi.waitFor(() => expect(calls).toEqual(['ann']));
    outbox.put('bob');
    lane.wake();
    resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
  });

  it('fetches again after what was stored during a fetch', async () => {
    outbox.put('ann');
    const fetchDue = outbox.fetchDue.bind(outbox);
    const { promise, resolve } = Promise.withResolvers<void>();
    outbox.fetchDue = async (now, limit) => {
      const due = await fetchDue(now, limit);
      if (outbox.fetches === 1) await promise;
      return due;
    };
    const lane = start(delivered);
    lane.wake();
    await vi.waitFor(() => expect(outbox.fetches).toBe(1));
    outbox.put('bob');
    lane.wake();
    resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
  });

  it('sends a new action of a person after a retried one that holds it back', async () => {
    outbox.put('ann', 'ann');
    outbox.rows[0]!.priority = PRIORITY.retry;
    const fetchDue = outbox.fetchDue.bind(outbox);
    outbox.fetchDue = async (now, limit) => {
      const { due, ...rest } = await fetchDue(now, limit);
      return { due: due.slice(0, 1), ...rest };
    };
    const lane = start(delivered);
    lane.wake();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done']));
  });

  it('makes a dead letter of an action that this version cannot read', async () => {
    outbox.put('unreadable', 'ann');
    const lane = start(delivered);
    lane.wake();
    await vi.waitFor(() => expect(statesOf()).toEqual(['dead', 'done']));
    expect(calls).toEqual(['ann']);
  });

  it('sends an action once, though one behind it that this version cannot read is stored as a dead letter meanwhile', async () => {
    outbox.put('ann', 'ann');
    outbox.unreadableIds.add(2);
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = start((unit) => promise.then(() => delivered(unit)));
    lane.wake();
    await vi.waitFor(() => expect(statesOf()).toEqual(['ready', 'dead']));
    await new Promise(setImmediate);
    expect(calls).toEqual(['ann']);
    resolve();
    await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'dead']));
    expect(calls).toEqual(['ann']);
  });

  it('takes an error of its own for an unknown outcome', async () => {
    outbox.put('ann');
    const lane = start(() => {
      throw new TypeError('a bug');
    });
    lane.wake();
    await vi.waitFor(() => expect(outbox.saved).toMatchObject([{ state: 'ready', failure: 'unknown' }]));
    await lane.stop();
  });
});

describe('a stop during a send', () => {
  it('waits for the call and stores its outcome, and starts nothing more', async () => {
    outbox.put('ann', 'bob', 'cid');
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = start((unit) => promise.then(() => delivered(unit)));
    lane.wake();
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    const stopped = lane.stop();
    expect(lane.state().state).toBe('stopped');
    lane.wake();
    resolve();
    await stopped;
    expect(statesOf()).toEqual(['done', 'done', 'ready']);
    expect(calls).toHaveLength(2);
  });

  it('ends although the outcomes cannot be stored', async () => {
    outbox.put('ann');
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = start((unit) => promise.then(() => delivered(unit)));
    lane.wake();
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    outbox.isAway = true;
    resolve();
    await lane.stop();
    expect(outbox.saved).toEqual([]);
  });

  it('while the queue is read sends nothing', async () => {
    outbox.put('ann');
    const { promise, resolve } = Promise.withResolvers<void>();
    const fetchDue = outbox.fetchDue.bind(outbox);
    outbox.fetchDue = async (now, limit) => {
      const due = await fetchDue(now, limit);
      await promise;
      return due;
    };
    const lane = start(delivered);
    lane.wake();
    const stopped = lane.stop();
    resolve();
    await stopped;
    expect(calls).toEqual([]);
  });
});

describe('outcomes that cannot be stored', () => {
  it('are stored once the database is back, and the calls are not made again', async () => {
    outbox.put('ann');
    const lane = start((unit) => {
      outbox.isAway = true;
      return delivered(unit);
    });
    lane.wake();
    await vi.waitFor(() => expect(calls).toEqual(['ann']));
    for (let second = 0; second < 3; second += 1) await clock.tick(1_000);
    expect(outbox.saved).toEqual([]);
    outbox.isAway = false;
    await vi.waitFor(async () => {
      await clock.tick(1_000);
      expect(statesOf()).toEqual(['done']);
    });
    expect(calls).toEqual(['ann']);
  });
});

it('a listener that throws stops nothing', async () => {
  outbox.put('ann', 'bob', 'cid');
  const lane = start(delivered, {
    onSettled: () => {
      throw new Error('a listener broke');
    },
  });
  lane.wake();
  await vi.waitFor(() => expect(statesOf()).toEqual(['done', 'done', 'done']));
});

it('tells which lanes an outcome has made something ready for', async () => {
  outbox.put('ann');
  outbox.released = ['customerio'];
  const released: Destination[][] = [];
  const lane = start(delivered, { onSettled: (lanes: Destination[]) => released.push(lanes) });
  lane.wake();
  await vi.waitFor(() => expect(released).toEqual([['customerio']]));
});

describe('a destination that', () => {
  it('throttles is left alone for as long as it asks, and no attempt is used up', async () => {
    outbox.put('ann');
    let isThrottled = true;
    const lane = start((unit) =>
      isThrottled
        ? failed(unit, new DeliveryError('throttled', 'Slow down.', { retryAfterMs: 30_000 }))
        : delivered(unit),
    );
    lane.wake();
    const until = clock.now() + 30_000;
    await vi.waitFor(() => expect(lane.state()).toEqual({ state: 'waiting', reason: 'Slow down.', until }));
    isThrottled = false;
    await clock.tick(29_999);
    lane.wake();
    expect(calls).toHaveLength(1);
    await clock.tick(1);
    await vi.waitFor(() => expect(statesOf()).toEqual(['done']));
    expect(outbox.rows[0]!.attempts).toBe(1);
    expect(lane.state()).toEqual({ state: 'open', reason: null, until: null });
  });

  it('refuses the token holds the lane, which tries again every minute', async () => {
    outbox.put('ann');
    const lane = start((unit) => failed(unit, new DeliveryError('unauthorized', 'Wrong token.')));
    lane.wake();
    await vi.waitFor(() => expect(lane.state().state).toBe('held'));
    await clock.tick(60_000);
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    await vi.waitFor(() => expect(lane.state().state).toBe('held'));
    expect(outbox.rows[0]!.attempts).toBe(0);
  });

  it('accepts another call again ends the hold within seconds', async () => {
    outbox.put('ann');
    let isRevoked = true;
    const revoked = new DeliveryError('unauthorized', 'Wrong token.', { status: 401 });
    const lane = start((unit) => (isRevoked ? failed(unit, revoked) : delivered(unit)));
    lane.wake();
    await vi.waitFor(() => expect(lane.state().state).toBe('held'));
    isRevoked = false;
    lane.onAccepted();
    expect(lane.state().until).toBe(clock.now() + 5_000);
    await clock.tick(4_000);
    lane.onAccepted();
    expect(calls).toHaveLength(1);
    await clock.tick(1_000);
    await vi.waitFor(() => expect(statesOf()).toEqual(['done']));
  });

  it('accepts another call while a refusal is being stored holds the lane for seconds only', async () => {
    outbox.put('ann');
    const { promise, resolve } = Promise.withResolvers<void>();
    const revoked = new DeliveryError('unauthorized', 'Wrong token.', { status: 401 });
    const save = outbox.save.bind(outbox);
    outbox.save = async (outcomes) => {
      await promise;
      return save(outcomes);
    };
    const lane = start((unit) => failed(unit, revoked));
    lane.wake();
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    lane.onAccepted();
    resolve();
    await vi.waitFor(() => expect(lane.state()).toMatchObject({ state: 'held', until: clock.now() + 5_000 }));
  });

  it('accepts calls of another kind does not end the hold for a missing right', async () => {
    outbox.put('ann');
    const forbidden = new DeliveryError('unauthorized', 'May not write notes.', { status: 403 });
    const lane = start((unit) => failed(unit, forbidden));
    lane.wake();
    await vi.waitFor(() => expect(lane.state().state).toBe('held'));
    lane.onAccepted();
    expect(lane.state().until).toBe(clock.now() + 60_000);
  });

  it('goes down is not asked for every action of the queue, and is found up again', async () => {
    outbox.put(...Array.from({ length: 20 }, (_, n) => `person ${n}`));
    let isDown = true;
    const lane = start(
      (unit) => (isDown ? failed(unit, new DeliveryError('retryable', 'No answer.')) : delivered(unit)),
      { concurrency: 1 },
    );
    lane.wake();
    await vi.waitFor(() => expect(lane.state()).toMatchObject({ state: 'waiting', reason: 'No answer.' }));
    expect(calls).toHaveLength(5);
    isDown = false;
    await vi.waitFor(async () => {
      await clock.tick(1_000);
      expect(new Set(statesOf())).toEqual(new Set(['done']));
    });
    expect(calls).toHaveLength(25);
    expect(lane.state().state).toBe('open');
  });
});
