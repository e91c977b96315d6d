import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const person = (id: string, more: object) => ({ type: 'person', identifiers: { id }, ...more });
const identify = (id: string, attributes: object = {}) => person(id, { action: 'identify', attributes });

describe('batch', () => {
  test('all accepted is {} with the items in the request log', async () => {
    const { batch, sim } = await workspace();
    const answer = await batch(identify('1'), identify('2'));
    expect([answer.status, answer.text]).toEqual([200, '{}\n']);
    expect(sim.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/v2/batch',
      status: 200,
      items: 2,
    });
    expect(sim.trackRate).toMatchObject({ requests: 1, items: 2, peakPerSecond: 1 });
  });

  test('207 names the failed items only, and the others apply', async () => {
    const { batch, sim } = await workspace();
    const answer = await batch(identify('1'), identify('2', { plan: 'x'.repeat(1001) }), identify('3'));
    expect(answer.status).toBe(207);
    expect(answer.json).toEqual({
      errors: [
        {
          batch_index: 1,
          reason: 'invalid',
          field: 'attributes.plan',
          message: 'property value cannot be longer than 1000 bytes',
        },
      ],
    });
    expect(sim.people().map((one) => one.id)).toEqual(['1', '3']);
  });

  test('over 500 KB is refused as a whole', async () => {
    const { batch, sim } = await workspace();
    const pad = (index: number) =>
      identify(
        String(index),
        Object.fromEntries(
          Array(30)
            .fill(0)
            .map((_, i) => [`a${i}`, 'x'.repeat(1000)]),
        ),
      );
    const fits = Array.from({ length: 16 }, (_, index) => pad(index));
    expect((await batch(...fits)).status).toBe(200);
    const answer = await batch(...fits, pad(16));
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0]).not.toHaveProperty('batch_index');
    expect(sim.person('16')).toBeUndefined();
  });

  test('an item over 32 KB fails alone', async () => {
    const { batch } = await workspace();
    const big = person('1', { action: 'event', name: 'e', attributes: { text: 'x'.repeat(33_000) } });
    const answer = await batch(identify('1'), big);
    expect(answer.json.errors).toEqual([expect.objectContaining({ batch_index: 1 })]);
  });

  test.each(['{', '{"batch":[]}', '{}', '{"batch":{}}'])('%s is refused', async (body) => {
    const { track } = await workspace();
    const answer = await track('POST', '/api/v2/batch', body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.json.errors[0])).toEqual(['reason', 'field', 'message']);
  });

  test('v2 asks for the credentials too', async () => {
    const { call } = await workspace();
    expect((await call('POST', '/api/v2/batch', { batch: [identify('1')] })).status).toBe(401);
  });
});

describe('items', () => {
  test.each([
    ['no type', { action: 'identify', identifiers: { id: '1' } }, 'type'],
    ['an unknown action', person('1', { action: 'dance' }), 'action'],
    [
      'two identifiers',
      { type: 'person', action: 'identify', identifiers: { id: '1', email: 'a@x.com' } },
      'identifiers',
    ],
    ['no identifier', { type: 'person', action: 'identify', identifiers: {} }, 'identifiers'],
    [
      'a phone that is not E.164',
      { type: 'person', action: 'identify', identifiers: { phone: '0171 1' } },
      'identifiers.phone',
    ],
    [
      'a cio_id with its prefix',
      { type: 'person', action: 'identify', identifiers: { cio_id: 'cio_c5db77000001' } },
      'identifiers.cio_id',
    ],
    ['an event without a name', person('1', { action: 'event' }), 'name'],
    ['a timestamp in ISO', person('1', { action: 'event', name: 'e', timestamp: '2026-01-01' }), 'timestamp'],
    ['something else than an object', 'text', ''],
  ])('%s is an error of its field', async (_, item, field) => {
    const { track } = await workspace();
    const answer = await track('POST', '/api/v2/entity', item);
    const inBatch = await track('POST', '/api/v2/batch', { batch: [item] });
    if (typeof item === 'object') expect(answer.json.errors[0].field).toBe(field);
    expect(answer.status).toBe(400);
    expect(inBatch.status).toBe(207);
    expect(inBatch.json.errors[0]).toMatchObject({ batch_index: 0, field });
  });

  test('identify orders by the top-level timestamp', async () => {
    const { batch, sim } = await workspace();
    await batch({ ...identify('1', { plan: 'new' }), timestamp: 2000 });
    await batch({ ...identify('1', { plan: 'old' }), timestamp: 1000 });
    expect(sim.person('1')?.attributes.plan).toBe('new');
  });

  test('event data comes in attributes', async () => {
    const { batch, sim } = await workspace();
    await batch(identify('1'), person('1', { action: 'event', name: 'deal_won', attributes: { amount: 5 } }));
    expect(sim.person('1')?.events[0]?.data).toEqual({ amount: 5 });
  });

  test('a person can be found by phone', async () => {
    const { batch, sim } = await workspace();
    await batch(identify('1', { phone: '+37120000000' }));
    await batch({
      type: 'person',
      action: 'identify',
      identifiers: { phone: '+37120000000' },
      attributes: { a: 1 },
    });
    expect(sim.people()).toHaveLength(1);
    expect(sim.person('1')?.attributes.a).toBe(1);
  });

  test('an id-only workspace knows no email identifier', async () => {
    const { track } = await workspace({ idOnly: true });
    const item = { type: 'person', action: 'identify', identifiers: { email: 'a@x.com' } };
    expect((await track('POST', '/api/v2/entity', item)).status).toBe(400);
  });

  test('a delivery item reports on a message', async () => {
    const { batch, event, sim } = await workspace();
    await batch({ type: 'person', action: 'identify', identifiers: { email: 'a@x.com' } });
    await event('a@x.com', { name: 'deal_won' });
    const [message] = sim.mailbox('a@x.com');
    await batch({
      type: 'delivery',
      action: 'event',
      identifiers: { id: message?.deliveryId },
      name: 'converted',
    });
    expect(sim.reports.at(-1)?.metric).toBe('converted');
  });
});
