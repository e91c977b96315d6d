import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

describe('whose call it is', () => {
  test('rule 1: a known path identifier is updated', async () => {
    const { identify, sim } = await workspace();
    await identify('42', { plan: 'free' });
    await identify('42', { plan: 'pro' });
    expect(sim.people().map((person) => person.attributes.plan)).toEqual(['pro']);
  });

  test('rule 2: a new id with a known email renames the person', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { email: 'a@x.com' });
    await identify('2', { email: 'a@x.com' });
    expect(sim.people()).toHaveLength(1);
    expect(sim.person('a@x.com')?.id).toBe('2');
    expect(sim.person('1')).toBeUndefined();
  });

  test('rule 2: a new email with a known id goes to that person', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { plan: 'pro' });
    await identify('a@x.com', { id: '1' });
    expect(sim.people()).toHaveLength(1);
    expect(sim.person('a@x.com')?.attributes.plan).toBe('pro');
  });

  test('rule 3: two people named in one call is a 200, a logged failure, and the rest applies', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { email: 'a@x.com' });
    await identify('2', { email: 'b@x.com' });
    const answer = await identify('1', { email: 'b@x.com', plan: 'pro' });
    expect(answer.status).toBe(200);
    expect(sim.person('1')).toMatchObject({ email: 'a@x.com', attributes: { plan: 'pro' } });
    expect(sim.activities('failed_attribute_change').at(-1)).toMatchObject({
      identifier: 'b@x.com',
      data: {
        email: {
          reason: 'The identifier is already associated with a different profile.',
          value: 'b@x.com',
        },
      },
    });
  });

  test('rule 4: an unknown cio_id is dropped with 200', async () => {
    const { identify, sim } = await workspace();
    await identify('1');
    const ours = sim.person('1')!.cioId;
    const unknown = `${ours.slice(0, 6)}00ffff`;
    expect((await identify(`cio_${unknown}`, { plan: 'pro' })).status).toBe(200);
    expect(sim.people()).toHaveLength(1);
    expect(sim.activities('skipped_update')).toHaveLength(1);
  });

  test('rule 5: nobody known makes a person, unless _update is set', async () => {
    const { identify, sim } = await workspace();
    expect((await identify('1', { _update: true })).status).toBe(200);
    expect(sim.people()).toEqual([]);
    expect(sim.activities('failed_attribute_change')).toHaveLength(1);
    await identify('1');
    expect(sim.people()).toHaveLength(1);
  });
});

describe('identifiers', () => {
  test('email is the same in any case, id is not', async () => {
    const { identify, sim } = await workspace();
    await identify('Ann@X.com', { plan: 'free' });
    await identify('ann@x.COM', { plan: 'pro' });
    await identify('abc');
    await identify('ABC');
    expect(sim.people()).toHaveLength(3);
    expect(sim.person('ANN@X.COM')?.attributes.plan).toBe('pro');
  });

  test('an email once set changes by cio_id only', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { email: 'a@x.com' });
    await identify('1', { email: 'new@x.com' });
    expect(sim.person('1')?.email).toBe('a@x.com');
    expect(sim.activities('failed_attribute_change')).toHaveLength(1);
    await identify(`cio_${sim.person('1')?.cioId}`, { email: 'new@x.com' });
    expect(sim.person('1')?.email).toBe('new@x.com');
    expect(sim.person('a@x.com')).toBeUndefined();
  });

  test('the workspace setting lets the id change the email', async () => {
    const { identify, sim } = await workspace({ allowEmailUpdateById: true });
    await identify('1', { email: 'a@x.com' });
    await identify('1', { email: 'new@x.com' });
    expect(sim.person('1')?.email).toBe('new@x.com');
  });

  test('an id-only workspace takes an address in the path for an id', async () => {
    const { identify, sim } = await workspace({ idOnly: true });
    await identify('a@x.com', { email: 'b@x.com' });
    await identify('2', { email: 'b@x.com' });
    expect(sim.people().map(({ id, email }) => [id, email])).toEqual([
      ['a@x.com', null],
      ['2', null],
    ]);
  });
});

describe('attributes', () => {
  test('an older _timestamp loses to a newer one, attribute by attribute', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { plan: 'new', _timestamp: 2000 });
    await identify('1', { plan: 'old', city: 'Riga', _timestamp: 1000 });
    expect(sim.person('1')?.attributes).toEqual({ id: '1', plan: 'new', city: 'Riga' });
    expect(sim.activities('skipped_update')[0]?.data.attributes).toEqual(['plan']);
  });

  test('an update without _timestamp always applies', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { plan: 'a', _timestamp: 9_999_999_999 });
    await identify('1', { plan: 'b' });
    expect(sim.person('1')?.attributes.plan).toBe('b');
  });

  test('null and "" remove', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { a: 1, b: 2, c: 3 });
    await identify('1', { a: null, b: '' });
    expect(sim.person('1')?.attributes).toEqual({ id: '1', c: 3 });
  });

  test.each([
    [true, true],
    ['TRUE', true],
    [1, true],
    ['1', true],
    [false, false],
    ['yes', false],
    [2, false],
  ])('unsubscribed %j means %j', async (value, expected) => {
    const { identify, sim } = await workspace();
    await identify('1', { unsubscribed: value });
    expect(sim.person('1')?.unsubscribed).toBe(expected);
  });

  test('a change of unsubscribed is reported once each way', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { unsubscribed: true });
    await identify('1', { unsubscribed: true });
    await identify('1', { unsubscribed: false });
    expect(sim.reports.map((report) => report.metric)).toEqual(['unsubscribed', 'subscribed']);
  });

  test('a dotted preference updates one topic, an object replaces all', async () => {
    const { identify, sim } = await workspace();
    await identify('1', { cio_subscription_preferences: { topics: { topic_1: true, topic_2: true } } });
    await identify('1', { 'cio_subscription_preferences.topics.topic_1': false });
    expect(sim.person('1')?.topics).toEqual({ topic_1: false, topic_2: true });
    expect(sim.person('1')?.attributes).toEqual({ id: '1' });
    expect(sim.reports).toHaveLength(2);
  });

  test('the 301st attribute of a person is refused in the log', async () => {
    const { identify, sim } = await workspace();
    await identify('1', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, i])));
    await identify('1', { more: 1 });
    expect(sim.person('1')?.attributes.more).toBeUndefined();
    expect(sim.activities('failed_attribute_change')).toHaveLength(1);
  });

  test('a key named like a prototype is only a key', async () => {
    const { track, sim } = await workspace();
    await track('PUT', '/api/v1/customers/1', '{"__proto__":"x","constructor":"y"}');
    expect(Object.keys(sim.person('1')?.attributes ?? {})).toContain('constructor');
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});
