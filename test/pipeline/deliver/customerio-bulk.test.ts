import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerioAction } from '../../../src/domain/actions.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { startCustomerioLane } from '../../support/customerio-rig.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';

/** Many actions for one workspace: the lane, the client and a workspace that keeps Customer.io's limits. */

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

const NOW = Math.floor(Date.now() / 1000);
const email = (n: number) => `ann${n}@example.com`;
const identify = (
  person: string,
  attributes = { plan: 'Pro' } as Record<string, string>,
): CustomerioAction => ({
  kind: 'identify',
  person,
  attributes,
  timestamp: NOW,
});
const track = (person: string, name = 'deal_won', data = {} as Record<string, string>): CustomerioAction => ({
  kind: 'track',
  person,
  name,
  data,
  timestamp: NOW,
});
const people = (count: number) => Array.from({ length: count }, (_, n) => email(n));

/** A typical identify: about 400 bytes. */
const typical = (person: string, n: number) =>
  identify(person, {
    first_name: 'Ann',
    last_name: `Lee-Özdemir ${n}`,
    phone: '+34600000000',
    company: 'Acme Sociedad Limitada',
    plan: 'Pro',
    kommo_deal_id: `${1_000_000 + n}`,
    responsible: 'Maria Fernández <maria@example.com>',
    note: 'x'.repeat(120),
  });

describe.each(KINDS)('3,000 identifies at once (%s)', (kind) => {
  it('take at most 18 calls, and every person is there once', async () => {
    const own = await openTestDatabase(kind);
    try {
      await using rig = await startCustomerioLane({ database: own });
      const all = people(3_000).map(typical);
      for (let at = 0; at < all.length; at += 1_000) await rig.put(all.slice(at, at + 1_000));
      await rig.drain();
      const { batch, single } = rig.calls();
      expect(batch + single).toBeLessThanOrEqual(18);
      const known = rig.customerio.people();
      expect(new Set(known.map((person) => person.email)).size).toBe(3_000);
      expect(known.every(({ identifies }) => identifies === 1)).toBe(true);
    } finally {
      await own.close();
    }
  });
});

describe('few actions', () => {
  it('go out by one call each, and wait for no batch', async () => {
    await using rig = await startCustomerioLane({ database });
    await rig.put(people(32).map((person) => identify(person)));
    await rig.drain();
    expect(rig.calls()).toEqual({ batch: 0, single: 32 });
  });
});

describe('a batch', () => {
  it('leaves the record of one call, with the actions it carried', async () => {
    await using rig = await startCustomerioLane({ database });
    await rig.put(people(50).map((person) => identify(person)));
    await rig.drain();
    const ids = (await rig.rows()).map(({ id }) => id);
    expect(await rig.attempts()).toMatchObject([
      { call: 'POST /api/v2/batch', status: 200, outcome: 'accepted', error: null, action_ids: ids },
    ]);
  });

  it('loses only what Customer.io names: a dead letter with its words, and what waited for it', async () => {
    await using rig = await startCustomerioLane({ database, simulator: { idOnly: true } });
    // A workspace without emails as identifiers refuses them.
    const bad = ['ann@example.com', 'bob@example.com'];
    const good = Array.from({ length: 100 }, (_, n) => `${4_000_000 + n}`);
    const everybody = [...good.slice(0, 30), bad[0]!, ...good.slice(30), bad[1]!];
    await rig.put([
      ...everybody.map((person) => identify(person)),
      ...everybody.map((person) => track(person)),
    ]);
    await rig.drain();
    const rows = await rig.rows();
    const dead = rows.filter(({ state }) => state === 'dead');
    expect(dead.map(({ subject, kind }) => [subject, kind])).toEqual(
      ['identify', 'track'].flatMap((kind) => bad.map((person) => [person, kind])),
    );
    expect(dead[0]!.error).toContain(
      'Customer.io refused this item: identifiers: identifiers must have exactly one of id',
    );
    expect(rows.filter(({ state }) => state === 'done')).toHaveLength(200);
    expect(rig.customerio.events('deal_won')).toHaveLength(100);
    expect((await rig.attempts())[0]).toMatchObject({
      status: 207,
      outcome: '100 of 102 accepted',
      error: null,
    });
  });

  it('says of a person what single calls say: the same profile, attributes and times', async () => {
    const persons = [...people(20), ...Array.from({ length: 20 }, (_, n) => `${4_000_000 + n}`)];
    const attributes = { plan: 'Pro', unsubscribed: 'true', created_at: '1700000000', gone: '' };
    const known = async (atOnce: number) => {
      await using rig = await startCustomerioLane({ database, simulator: { now: () => NOW * 1000 } });
      for (let from = 0; from < persons.length; from += atOnce) {
        const some = persons.slice(from, from + atOnce);
        await rig.put([
          ...some.map((person) => identify(person, attributes)),
          ...some.map((person) => track(person, 'won', { amount: '5', recipient: 'x@example.com' })),
        ]);
        await rig.drain();
      }
      const { batch } = rig.calls();
      const views = persons.map((person) => {
        const { cioId: _, events, ...view } = rig.customerio.person(person)!;
        return {
          ...view,
          events: events.map(({ name, type, timestamp, data }) => ({ name, type, timestamp, data })),
        };
      });
      return { batch, views };
    };
    const single = await known(20);
    const together = await known(40);
    expect([single.batch, together.batch]).toEqual([0, 2]);
    expect(together.views).toEqual(single.views);
  });

  it('and a later single call agree on what is newer', async () => {
    await using rig = await startCustomerioLane({ database });
    const newer = { ...identify(email(0), { plan: 'new' }), timestamp: NOW + 10 };
    await rig.put([
      newer,
      ...people(40)
        .slice(1)
        .map((person) => identify(person)),
    ]);
    await rig.drain();
    await rig.put([identify(email(0), { plan: 'old' })]);
    await rig.drain();
    expect(rig.calls()).toEqual({ batch: 1, single: 1 });
    expect(rig.customerio.person(email(0))?.attributes.plan).toBe('new');
  });

  it('leaves to single calls the events that are too large for it', async () => {
    await using rig = await startCustomerioLane({ database });
    const text = 'x'.repeat(60_000);
    await rig.put([
      ...people(50).map((person) => track(person)),
      track('big@example.com', 'deal_won', { text }),
    ]);
    await rig.drain();
    expect(rig.calls()).toEqual({ batch: 1, single: 1 });
    expect(rig.customerio.person('big@example.com')?.events[0]?.data).toEqual({ text });
  });
});

describe('order', () => {
  it('under bulk every event comes after its person’s identify was accepted, and nobody is in a batch twice', async () => {
    await using rig = await startCustomerioLane({ database });
    const seen = new Map<string, string[]>();
    rig.customerio.on((happening) => {
      if (happening.type !== 'identified' && happening.type !== 'event') return;
      const cioId = happening.type === 'event' ? happening.event.cioId! : happening.person.cioId;
      const what = happening.type === 'event' ? happening.event.name : 'identified';
      seen.set(cioId, [...(seen.get(cioId) ?? []), what]);
    });
    await rig.put(
      people(600).flatMap((person) => [identify(person), track(person, 'one'), track(person, 'two')]),
      'bulk',
    );
    await rig.drain();
    expect(seen.size).toBe(600);
    expect([...seen.values()].every((what) => what.join() === 'identified,one,two')).toBe(true);
    for (const batch of rig.batches) {
      expect(new Set(batch.map(({ identifiers }) => JSON.stringify(identifiers))).size).toBe(batch.length);
    }
  });

  it('a live event overtakes a batch of bulk that is under way', async () => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const beforeBatch = () => {
      reached.resolve();
      return gate.promise;
    };
    await using rig = await startCustomerioLane({ database, beforeBatch });
    await rig.put(
      people(1_000).map((person) => identify(person)),
      'bulk',
    );
    rig.wake();
    await reached.promise;
    await rig.put([track('live@example.com', 'urgent')]);
    rig.wake();
    await rig.customerio.waitFor(() => rig.customerio.events('urgent').length === 1);
    expect(rig.customerio.requests).toHaveLength(1);
    gate.resolve();
    await rig.drain();
    expect(rig.customerio.people()).toHaveLength(1_001);
  });
});

describe('trouble with the whole of Customer.io', () => {
  it('a 429 between batches makes the lane wait, and uses up no attempt', async () => {
    await using rig = await startCustomerioLane({ database });
    const batches = { path: /batch/ };
    rig.customerio.on((happening) => {
      if (happening.type === 'request' && rig.calls().batch === 2)
        rig.customerio.faults.add({ kind: 'status', status: 429, times: 1, match: batches });
    });
    await rig.put(people(2_000).map((person) => identify(person)));
    await rig.drain();
    expect((await rig.attempts()).map(({ outcome }) => outcome)).toContain('throttled');
    expect((await rig.rows()).every(({ state, attempts }) => state === 'done' && attempts === 1)).toBe(true);
    expect(rig.customerio.people().every(({ identifies }) => identifies === 1)).toBe(true);
  });

  it('a batch whose answer was lost is sent again, and no event counts twice', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'reset_after', times: 1, match: { path: /batch/ } });
    await rig.put(people(100).map((person) => track(person)));
    await rig.drain();
    const events = rig.customerio.events('deal_won');
    expect(events).toHaveLength(100);
    expect(events.every(({ receipts }) => receipts === 2)).toBe(true);
  });

  it('where no batch ever comes through, everything goes by single calls in the end', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'status', status: 502, body: 'html', match: { path: /batch/ } });
    await rig.put(people(100).map((person) => identify(person)));
    await rig.drain();
    expect((await rig.rows()).every(({ state }) => state === 'done')).toBe(true);
    expect(rig.customerio.people()).toHaveLength(100);
  });

  it('a batch that is refused without a word about any item is sent in halves', async () => {
    await using rig = await startCustomerioLane({ database });
    rig.customerio.faults.add({ kind: 'status', status: 400, times: 1, match: { path: /batch/ } });
    await rig.put(people(40).map((person) => identify(person)));
    await rig.drain();
    const attempts = await rig.attempts();
    expect(attempts.map(({ outcome, action_ids }) => [outcome, action_ids.length])).toEqual([
      ['permanent', 40],
      ['accepted', 20],
      ['accepted', 20],
    ]);
    expect((await rig.rows()).every(({ state, attempts: tries }) => state === 'done' && tries === 1)).toBe(
      true,
    );
  });
});
