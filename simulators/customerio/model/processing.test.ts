import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

test('200 means accepted: the change comes after the lag', async () => {
  const { identify, sim } = await workspace({ processingLagMs: 300 });
  const started = performance.now();
  const atTheAnswer: number[] = [];
  sim.on(({ type }) => {
    if (type === 'request') atTheAnswer.push(sim.people().length, sim.pendingChanges);
  });
  expect((await identify('1')).status).toBe(200);
  expect(atTheAnswer).toEqual([0, 1]);
  await sim.waitFor(() => sim.person('1'));
  expect(performance.now() - started).toBeGreaterThan(299);
  expect(sim.pendingChanges).toBe(0);
});

test('with jitter, calls are processed out of order, and _timestamp repairs it', async () => {
  const { identify, sim } = await workspace({ processingJitterMs: 300, seed: 3 });
  for (let i = 1; i <= 12; i++) await identify('1', { last: i, _timestamp: i });
  await sim.waitFor(() => sim.pendingChanges === 0);
  expect(sim.person('1')?.attributes.last).toBe(12);
  expect(sim.activities('skipped_update').length).toBeGreaterThan(0);
});

test('an event that overtakes its identify loses its email', async () => {
  const { identify, event, sim } = await workspace({ processingJitterMs: 300, seed: 4 });
  for (let i = 0; i < 20; i++) {
    await Promise.all([identify(`p${i}@x.com`), event(`p${i}@x.com`, { name: 'deal_won' })]);
  }
  await sim.waitFor(() => sim.pendingChanges === 0);
  expect(sim.people()).toHaveLength(20);
  expect(sim.messages().length).toBeLessThan(20);
});

test('waitFor gives up with the words it was given', async () => {
  const { sim } = await workspace();
  const waiting = sim.waitFor(() => false, { timeoutMs: 20, what: 'a miracle' });
  await expect(waiting).rejects.toThrow('Timed out after 20 ms, waiting for: a miracle');
});
