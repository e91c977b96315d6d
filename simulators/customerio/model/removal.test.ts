import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

test('a deleted person can come again, without the history', async () => {
  const { identify, event, track, sim } = await workspace();
  await identify('1', { plan: 'pro' });
  await event('1', { name: 'e' });
  await track('DELETE', '/api/v1/customers/1');
  expect(sim.person('1')).toBeUndefined();
  await identify('1');
  expect(sim.person('1')).toMatchObject({ attributes: { id: '1' }, events: [] });
});

test('suppress blocks both id and email, and later calls are ignored with 200', async () => {
  const { identify, event, track, sim } = await workspace();
  await identify('1', { email: 'a@x.com' });
  await track('POST', '/api/v1/customers/1/suppress');
  expect((await identify('A@x.com')).status).toBe(200);
  expect((await identify('2', { email: 'a@x.com' })).status).toBe(200);
  expect((await event('1', { name: 'deal_won' })).status).toBe(200);
  expect(sim.people()).toEqual([]);
  expect(sim.events()).toEqual([]);
  expect(sim.isSuppressed('a@x.com')).toBe(true);
});

test('unsuppress frees this identifier only', async () => {
  const { identify, track, sim } = await workspace();
  await identify('1', { email: 'a@x.com' });
  await track('POST', '/api/v1/customers/1/suppress');
  await track('POST', '/api/v1/customers/1/unsuppress');
  expect([sim.isSuppressed('1'), sim.isSuppressed('a@x.com')]).toEqual([false, true]);
  await identify('1');
  expect(sim.person('1')).toBeDefined();
});

test('merge keeps what the primary has and adds what it lacks', async () => {
  const { identify, event, track, sim } = await workspace();
  await identify('1', { plan: 'pro' });
  await identify('old@x.com', { plan: 'free', city: 'Riga' });
  await event('old@x.com', { name: 'deal_won' });
  const merged = { primary: { id: '1' }, secondary: { email: 'old@x.com' } };
  expect((await track('POST', '/api/v1/merge_customers', merged)).status).toBe(200);
  expect(sim.people()).toHaveLength(1);
  expect(sim.person('1')).toMatchObject({ email: 'old@x.com', attributes: { plan: 'pro', city: 'Riga' } });
  expect(sim.person('1')?.events).toHaveLength(1);
  expect(sim.messages()).toMatchObject([{ cioId: sim.person('1')?.cioId }]);
});

test('merge without a primary does nothing', async () => {
  const { identify, track, sim } = await workspace();
  await identify('2');
  await track('POST', '/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '2' } });
  expect(sim.people().map((person) => person.id)).toEqual(['2']);
});

test('identify and merge at once: the merge finds no primary yet', async () => {
  const { identify, track, sim } = await workspace({ processingLagMs: 1_500 });
  await identify('2');
  await sim.waitFor(() => sim.person('2'));
  await identify('1');
  await track('POST', '/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '2' } });
  await sim.waitFor(() => sim.pendingChanges === 0);
  expect(sim.people()).toHaveLength(2);
});
