import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerioAction } from '../../../src/domain/actions.ts';
import { saveOutcomes } from '../../../src/store/actions/actions.ts';
import { dueActions } from '../../../src/store/actions/due-actions.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { type CustomerioRig, startCustomerioLane } from '../../support/customerio-rig.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';

/** A person's event goes out right behind the identify it has waited for. */

const NOW = Math.floor(Date.now() / 1000);
const ANN = 'ann@example.com';
const identify: CustomerioAction = {
  kind: 'identify',
  person: ANN,
  attributes: { plan: 'Pro' },
  timestamp: NOW,
};
const track: CustomerioAction = { kind: 'track', person: ANN, name: 'deal_won', data: {}, timestamp: NOW };
const EVENTS = { path: /events$/ };

describe.each(KINDS)('an identify and its event (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  /** Kind, state and tries of the outbox' rows, in order. */
  const outbox = async (rig: CustomerioRig) =>
    (await rig.rows()).map((row) => [row.kind, row.state, row.attempts]);

  it('go out one behind the other, and their outcomes are stored together', async () => {
    const seen: unknown[] = [];
    const beforeEvent = async () => void seen.push(...(await outbox(rig)));
    await using rig = await startCustomerioLane({ database, beforeEvent });
    await rig.put([identify, track]);
    await rig.drain();
    expect(seen).toEqual([
      ['identify', 'ready', 0],
      ['track', 'waiting', 0],
    ]);
    expect(await outbox(rig)).toEqual([
      ['identify', 'done', 1],
      ['track', 'done', 1],
    ]);
    expect((await rig.attempts()).map(({ call, outcome }) => [call.split(' ')[0], outcome])).toEqual([
      ['PUT', 'accepted'],
      ['POST', 'accepted'],
    ]);
    expect(rig.customerio.events()).toHaveLength(1);
  });

  it('an event that fails is tried again alone', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'status', status: 503, times: 2, match: EVENTS });
    await rig.put([identify, track]);
    await rig.drain();
    expect(await outbox(rig)).toEqual([
      ['identify', 'done', 1],
      ['track', 'done', 3],
    ]);
    expect(rig.customerio.people()[0]!.identifies).toBe(1);
    expect(rig.customerio.events()).toHaveLength(1);
  });

  it('an event that meets a 429 makes the lane wait, and uses up no attempt', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'status', status: 429, times: 1, match: EVENTS });
    await rig.put([identify, track]);
    await rig.drain();
    expect((await rig.attempts()).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'throttled',
      'accepted',
    ]);
    expect(await outbox(rig)).toEqual([
      ['identify', 'done', 1],
      ['track', 'done', 1],
    ]);
  });

  it('an event whose identify fails is not sent', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'status', status: 400, times: 1, match: { method: 'PUT' } });
    await rig.put([identify, track]);
    await rig.drain();
    expect((await outbox(rig)).map(([, state]) => state)).toEqual(['dead', 'dead']);
    expect(rig.customerio.events()).toEqual([]);
  });

  it('of a process that lost its connection in between, the event is the new one’s', async () => {
    await using rig = await startCustomerioLane({ database });
    await rig.put([identify, track]);
    const { connection } = (await rig.rows())[0]!;
    const { due } = await dueActions(database.db, connection, 'customerio', Date.now(), 10);
    const [first] = due;
    const [follower] = first!.followers!;
    expect(follower).toMatchObject({ kind: 'track', state: 'waiting' });
    const outcome = { next_attempt_at: 0, result: null, warnings: [] };
    const done = {
      ...outcome,
      id: first!.id,
      state: 'done' as const,
      attempts: 1,
      failure: null,
      failure_code: null,
      error: null,
    };
    const failed = {
      ...outcome,
      id: follower!.id,
      state: 'ready' as const,
      attempts: 1,
      failure: 'retryable',
      failure_code: null,
      error: 'It failed.',
    };
    await saveOutcomes(database.db, [done, failed], Date.now(), 'one that slept');
    expect(await outbox(rig)).toEqual([
      ['identify', 'done', 1],
      ['track', 'ready', 0],
    ]);
    await rig.drain();
    expect(rig.customerio.events()).toHaveLength(1);
  });
});
