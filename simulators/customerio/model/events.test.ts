import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';
import type { SimulatorEvent } from '../types.ts';
import { ulid } from './ulid.ts';

const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);

describe('deduplication', () => {
  test('a repeated id is stored once, in any case, across v1 and v2', async () => {
    const { identify, event, batch, sim } = await workspace();
    await identify('1', { email: 'a@x.com' });
    const id = ulid(Date.now());
    await event('1', { name: 'deal_won', id });
    await event('1', { name: 'deal_won', id });
    await batch({
      type: 'person',
      action: 'event',
      identifiers: { email: 'a@x.com' },
      name: 'deal_won',
      id: id.toLowerCase(),
    });
    expect(sim.events('deal_won')).toHaveLength(1);
    expect(sim.events()[0]?.receipts).toBe(3);
    expect(sim.person('1')?.rawReceipts).toBe(3);
    expect(sim.mailbox('a@x.com')).toHaveLength(1);
  });

  test('the id counts for the whole workspace: a second person with it gets nothing', async () => {
    const { identify, event, sim } = await workspace();
    await identify('1');
    await identify('2');
    const id = ulid(0);
    await event('1', { name: 'deal_won', id });
    await event('2', { name: 'demo_scheduled', id });
    expect(sim.person('2')?.events).toEqual([]);
  });

  test('without an id every receipt counts', async () => {
    const { identify, event, sim } = await workspace();
    await identify('1');
    await event('1', { name: 'deal_won' });
    await event('1', { name: 'deal_won' });
    expect(sim.events()).toHaveLength(2);
  });

  test('an id that is no ULID is accepted, or refused where the workspace is strict', async () => {
    const lax = await workspace();
    await lax.identify('1');
    await lax.event('1', { name: 'e', id: 'order-7' });
    await lax.event('1', { name: 'e', id: 'order-7' });
    expect(lax.sim.events()).toHaveLength(1);
    const strict = await workspace({ nonUlidIds: 'refuse' });
    await strict.identify('1');
    expect((await strict.event('1', { name: 'e', id: 'order-7' })).status).toBe(400);
    expect((await strict.event('1', { name: 'e', id: ulid(1) })).status).toBe(200);
  });
});

describe('reading an event', () => {
  test('the name is required and trimmed', async () => {
    const { identify, event, sim } = await workspace();
    await identify('1');
    expect((await event('1', { name: '   ' })).status).toBe(400);
    expect((await event('1', {})).status).toBe(400);
    await event('1', { name: '  deal_won ' });
    expect(sim.events('deal_won')).toHaveLength(1);
  });

  test('a missing or unreadable timestamp becomes the time of receipt', async () => {
    const { identify, event, sim } = await workspace({ now: () => 1_700_000_000_500 });
    await identify('1');
    await event('1', { name: 'e' });
    await event('1', { name: 'e', timestamp: '2026-01-01T00:00:00Z' });
    await event('1', { name: 'e', timestamp: 1_600_000_000 });
    expect(sim.events().map((one) => one.timestamp)).toEqual([1_700_000_000, 1_700_000_000, 1_600_000_000]);
  });
});

describe('unknown people', () => {
  test('an event makes the profile, but starts no campaign', async () => {
    const { event, sim } = await workspace();
    const skipped: SimulatorEvent[] = [];
    sim.on((event) => event.type === 'campaign_skipped' && skipped.push(event));
    await event('a@x.com', { name: 'deal_won' });
    expect(sim.person('a@x.com')?.events).toHaveLength(1);
    expect(sim.mailbox('a@x.com')).toEqual([]);
    expect(skipped).toHaveLength(1);
  });

  test('a deleted cio_id gets nothing', async () => {
    const { identify, event, track, sim } = await workspace();
    await identify('1');
    const { cioId } = sim.person('1')!;
    await track('DELETE', '/api/v1/customers/1');
    expect((await event(`cio_${cioId}`, { name: 'deal_won' })).status).toBe(200);
    expect(sim.events()).toEqual([]);
    expect(sim.activities('failed_event')).toHaveLength(1);
  });
});

describe('which events start a campaign', () => {
  test.each([
    ['71 hours old', -71 * hour, 1],
    ['73 hours old', -73 * hour, 0],
    ['stamped in milliseconds', now() * 1000, 0],
  ])('an event %s', async (_, offset, emails) => {
    const { identify, event, sim } = await workspace();
    await identify('a@x.com');
    await event('a@x.com', { name: 'deal_won', timestamp: now() + offset });
    expect(sim.events()).toHaveLength(1);
    expect(sim.mailbox('a@x.com')).toHaveLength(emails);
  });

  test('one nobody made a campaign for is only stored', async () => {
    const { identify, event, sim } = await workspace();
    await identify('a@x.com');
    await event('a@x.com', { name: 'something_else' });
    expect(sim.events()).toHaveLength(1);
    expect(sim.messages()).toEqual([]);
  });

  test('one of an unsubscribed person does not', async () => {
    const { identify, event, sim } = await workspace();
    await identify('a@x.com', { unsubscribed: true });
    await event('a@x.com', { name: 'deal_won' });
    expect(sim.messages()).toEqual([]);
  });
});

describe('anonymous events', () => {
  test('they wait for the person with their anonymous_id and can still start a campaign', async () => {
    const { identify, track, sim } = await workspace();
    await track('POST', '/api/v1/events', { name: 'deal_won', anonymous_id: 'cookie-1' });
    expect(sim.events()[0]?.cioId).toBeNull();
    await identify('a@x.com', { anonymous_id: 'cookie-1' });
    expect(sim.person('a@x.com')?.events).toHaveLength(1);
    expect(sim.mailbox('a@x.com')).toHaveLength(1);
  });

  test('events older than 30 days stay behind', async () => {
    const { identify, track, sim } = await workspace();
    const timestamp = now() - 31 * 24 * hour;
    await track('POST', '/api/v1/events', { name: 'deal_won', anonymous_id: 'cookie-1', timestamp });
    await identify('a@x.com', { anonymous_id: 'cookie-1' });
    expect(sim.person('a@x.com')?.events).toEqual([]);
  });

  test('an empty anonymous_id needs a recipient', async () => {
    const { track } = await workspace();
    const invite = { name: 'invite', anonymous_id: '', data: { recipient: 'a@x.com' } };
    expect((await track('POST', '/api/v1/events', invite)).status).toBe(200);
    expect((await track('POST', '/api/v1/events', { name: 'invite', anonymous_id: '' })).status).toBe(400);
  });
});
