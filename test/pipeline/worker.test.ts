import { afterEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../src/domain/errors.ts';
import { dealRecords } from '../../src/store/deals/deals.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { addIncompleteMoves } from '../../src/store/events/moves.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { contact, deal, mailReport, SALES } from '../support/entities.ts';
import { asLeased } from '../support/leased.ts';
import { storedRequests } from '../support/stored-requests.ts';
import { createWorkerRig, NOW, type WorkerRig } from '../support/worker-rig.ts';

const HOUR = 3_600_000;

let rig: WorkerRig;
afterEach(() => rig[Symbol.asyncDispose]());

const eventsAre = (states: string[]) => expect.poll(() => rig.events()).toEqual(states);

/** A Kommo whose answers to the reading of deals come when the test says so. */
function slowKommo() {
  const asked: number[][] = [];
  let answer = () => {};
  const deals = (ids: number[]) => {
    asked.push(ids);
    return new Promise((resolve) => {
      answer = () => resolve(new Map(ids.map((id) => [id, deal({ id })])));
    });
  };
  return { kommo: { deals }, asked, answer: () => answer() };
}

async function storeWebhook(): Promise<void> {
  const body = Buffer.from('leads[delete][0][id]=77');
  await storeRequests(rig.db, [{ connection: 'acme', source: 'kommo', receivedAt: NOW, headers: {}, body }]);
}

const requestStates = async () => (await storedRequests(rig.db)).map(({ state }) => state);

describe('wake', () => {
  it('during a pass leads to one more, however often it comes', async () => {
    const { kommo, asked, answer } = slowKommo();
    rig = await createWorkerRig(kommo);
    await rig.addMoves([1, 1]);
    await rig.worker.start(0);
    await expect.poll(() => asked).toEqual([[1]]);
    await rig.addMoves([2, 2], [3, 3]);
    for (let i = 0; i < 5; i++) rig.worker.wake();
    answer();
    await expect.poll(() => asked).toEqual([[1], [2, 3]]);
    answer();
    await eventsAre(['planned 0', 'planned 0', 'planned 0']);
    expect(asked).toHaveLength(2);
  });
});

describe('a pass that has left nothing', () => {
  it('is followed by another one only for what is stored with a wake while it is under way', async () => {
    const { kommo, asked, answer } = slowKommo();
    rig = await createWorkerRig(kommo);
    await rig.worker.start(0);
    await expect.poll(() => rig.worker.isIdle).toBe(true);

    await rig.addMoves([1, 1]);
    rig.worker.wake();
    await expect.poll(() => asked).toEqual([[1]]);
    await storeWebhook();
    answer();
    await expect.poll(() => rig.worker.isIdle).toBe(true);
    expect(await requestStates()).toEqual(['new']);

    await rig.addMoves([2, 2]);
    rig.worker.wake();
    await expect.poll(() => asked).toEqual([[1], [2]]);
    await storeWebhook();
    rig.worker.wake();
    answer();
    await expect.poll(requestStates).toEqual(['done', 'done']);
  });

  it('is followed by another one for a report whose person it has found', async () => {
    rig = await createWorkerRig();
    const opened = { key: 'opened', event: mailReport(), name: 'email_opened', person: 'ann@example.com' };
    await addEvents(asLeased(rig.db), [{ connection: 'acme', ...opened, inboxIds: [] }], NOW);
    await rig.db.updateTable('events').set({ state: 'parked' }).execute();
    await rig.addMoves([1, 1]);
    await rig.worker.start(0);
    await expect.poll(async () => (await rig.events()).includes('parked 0')).toBe(false);
    await expect.poll(async () => (await rig.events()).includes('new 0')).toBe(false);
  });
});

describe('a stop', () => {
  it('lets the pass under way end, and begins no other', async () => {
    const { kommo, asked, answer } = slowKommo();
    rig = await createWorkerRig(kommo);
    await rig.addMoves([1, 1]);
    await rig.worker.start(0);
    await expect.poll(() => asked).toEqual([[1]]);
    await rig.addMoves([2, 2]);
    rig.worker.wake();
    const stopped = rig.worker.stop();
    answer();
    await stopped;
    expect(await rig.events()).toEqual(['planned 0', 'new 0']);
    rig.worker.wake();
    rig.worker.poll(true);
    await rig.worker.stop();
    expect(await rig.events()).toEqual(['planned 0', 'new 0']);
  });

  it('ends a reading of the events log', async () => {
    let signal: AbortSignal | undefined;
    rig = await createWorkerRig({
      dealMoves: (_: unknown, options: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          signal = options.signal;
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    await rig.db
      .updateTable('connections')
      .set({ reconciled_from: NOW / 1000, reconciled_to: NOW / 1000 })
      .execute();
    await rig.worker.start(0);
    await expect.poll(() => signal).toBeDefined();
    await rig.worker.stop();
    expect(signal!.aborted).toBe(true);
  });
});

describe('a lease that is lost', () => {
  it('while Kommo is slow leaves the events to the process that has it now', async () => {
    const { kommo, asked, answer } = slowKommo();
    rig = await createWorkerRig(kommo);
    await rig.addMoves([1, 1]);
    await rig.worker.start(0);
    await expect.poll(() => asked).toEqual([[1]]);
    await rig.giveLeaseTo('another');
    answer();
    await expect.poll(() => rig.worker.state().planning.state).toBe('waiting');
    expect(await rig.events()).toEqual(['new 0']);
    expect(await rig.db.selectFrom('actions').select('id').execute()).toEqual([]);
  });

  it('is tried for again soon, although an event is due only in an hour', async () => {
    rig = await createWorkerRig();
    await rig.addMoves([1, 1]);
    await rig.db
      .updateTable('events')
      .set({ next_attempt_at: NOW + HOUR })
      .execute();
    await rig.worker.start(0);
    await rig.giveLeaseTo('another');
    await storeWebhook();
    rig.worker.wake();
    await expect.poll(() => rig.logged).toContain('Another process has taken over the connection acme.');
    await rig.giveLeaseTo('test');
    await rig.clock.tick(1_000);
    await expect.poll(requestStates, { timeout: 5_000 }).toEqual(['done']);
  });
});

describe('moves without a time', () => {
  it('that cannot be looked up do not hold up the planning', async () => {
    rig = await createWorkerRig({
      dealMoves: async () => {
        throw new DeliveryError('throttled', 'Kommo wants fewer calls (429).', { retryAfterMs: 60_000 });
      },
    });
    await storeWebhook();
    const report = { dealId: 8, fromPipelineId: null, fromStageId: null, pipelineId: 1, stageId: 2 };
    await addIncompleteMoves(asLeased(rig.db), [{ connection: 'acme', inbox_id: 1, report }]);
    await rig.worker.start(0);
    await expect.poll(() => rig.worker.state().planning.reason).toMatch(/fewer calls/);
    await rig.addMoves([1, 1]);
    rig.worker.wake();
    await expect.poll(async () => (await rig.events()).at(-1), { timeout: 5_000 }).toBe('planned 0');
  });
});

describe('moves that wait for a contact', () => {
  it('are planned again by the clock, after a restart too', async () => {
    let contactIds: number[] = [];
    const deals = async (ids: number[]) => new Map(ids.map((id) => [id, deal({ id, contactIds })]));
    rig = await createWorkerRig({ deals });
    await rig.addMoves([1, 99]);
    await rig.worker.start(0);
    await eventsAre(['waiting 0']);
    const checkAt = async () =>
      (await rig.db.selectFrom('events').select('next_attempt_at as at').execute())[0]!.at;
    await rig.clock.tick(2_000);
    await expect.poll(checkAt).toBe(NOW + 10_000);
    await rig.worker.stop();
    const restarted = rig.another();
    await restarted.start(0);
    contactIds = [9];
    await rig.clock.tick(8_000);
    await eventsAre(['planned 0']);
    await restarted.stop();
  });

  it('are planned again when a webhook says that the contact changed', async () => {
    let emails: string[] = [];
    rig = await createWorkerRig({ contacts: async () => new Map([[9, contact({ emails })]]) });
    await rig.addMoves([1, 99]);
    await rig.worker.start(0);
    await eventsAre(['waiting 0']);
    emails = ['ann@example.com'];
    const body = Buffer.from('contacts[update][0][id]=9');
    await storeRequests(rig.db, [
      { connection: 'acme', source: 'kommo', receivedAt: NOW, headers: {}, body },
    ]);
    rig.worker.wake();
    await expect.poll(async () => (await rig.events())[0]).toBe('planned 0');
  });
});

describe('a stage change during a backlog of reports', () => {
  const report = (n: number) => ({
    ...{ connection: 'acme', key: `r${n}`, name: 'email_sent', person: `p${n}`, inboxIds: [] },
    event: {
      ...{
        kind: 'mail_report' as const,
        name: 'email_sent',
        reportId: `r${n}`,
        occurredAt: NOW / 1000 - 5_000,
      },
      ...{ deliveryId: null, machine: false, values: {} },
      person: { id: `p${n}`, email: null, cioId: null },
    },
  });

  it('is planned without them, and then the reports have their turn even if stage changes go on', async () => {
    /** How many reports are still to be planned when Kommo is asked for each deal. */
    const left: number[] = [];
    const deals = async (ids: number[]) => {
      left.push((await rig.events()).slice(0, 600).filter((state) => state === 'new 0').length);
      await rig.addMoves([left.length + 1, left.length + 1]);
      return new Map(ids.map((id) => [id, deal({ id })]));
    };
    rig = await createWorkerRig({ deals });
    await addEvents(
      asLeased(rig.db),
      Array.from({ length: 600 }, (_, n) => report(n)),
      NOW,
    );
    await rig.addMoves([1, 1]);
    await rig.worker.start(0);
    await expect.poll(() => left.length).toBeGreaterThan(4);
    expect(left.slice(0, 4)).toEqual([600, 600, 351, 351]);
  });
});

describe('names of deals', () => {
  const WITHOUT_RULE = SALES.stages[0]!.id;

  it('that were read for a decision are recorded after it, and others are read within minutes', async () => {
    rig = await createWorkerRig();
    await rig.addMoves([1, 1], [2, 2, WITHOUT_RULE]);
    await rig.worker.start(0);
    const named = async () => [...(await dealRecords(rig.db, 'acme', [1, 2])).keys()];
    await expect.poll(named).toEqual([1]);
    await rig.clock.tick(60_000);
    await expect.poll(named).toEqual([1, 2]);
  });
});
