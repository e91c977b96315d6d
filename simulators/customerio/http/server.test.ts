import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

describe('injected faults', () => {
  test('an HTML 502 that was applied all the same', async () => {
    const { identify, sim } = await workspace();
    sim.faults.add({ kind: 'status', status: 502, body: 'html', applied: true, times: 1 });
    const answer = await identify('1');
    expect([answer.status, answer.json]).toEqual([502, undefined]);
    expect(sim.person('1')).toBeDefined();
    expect((await identify('1')).status).toBe(200);
  });

  test('an empty 503 that was not', async () => {
    const { identify, sim } = await workspace();
    sim.faults.add({ kind: 'status', status: 503, body: 'empty', times: 1 });
    expect((await identify('1')).text).toBe('');
    expect(sim.people()).toEqual([]);
  });

  test('429 with Retry-After', async () => {
    const { identify, sim } = await workspace();
    sim.faults.add({ kind: 'status', status: 429, retryAfter: 7 });
    expect((await identify('1')).headers.get('retry-after')).toBe('7');
  });

  test('200 with errors inside', async () => {
    const { batch, sim } = await workspace();
    sim.faults.add({ kind: 'status', status: 200 });
    const answer = await batch({ type: 'person', action: 'identify', identifiers: { id: '1' } });
    expect(answer.json.errors).toHaveLength(1);
  });

  test.each([
    ['reset_before', 0],
    ['reset_after', 1],
  ] as const)('%s leaves %i people', async (kind, people) => {
    const { identify, sim } = await workspace();
    sim.faults.add({ kind, times: 1 });
    await expect(identify('1')).rejects.toThrow();
    expect(sim.people()).toHaveLength(people);
    expect(sim.requests.at(-1)).toMatchObject({ status: null });
  });

  test('a hang never answers, and close does not wait for it', async () => {
    const { identify, sim } = await workspace();
    sim.faults.add({ kind: 'hang' });
    const hanging = identify('1').catch((error: Error) => error);
    await sim.waitFor(() => sim.requests.length === 1);
    await sim.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

test('the request log is bounded', async () => {
  const { identify, sim } = await workspace({ keep: 8 });
  for (let i = 0; i < 40; i++) await identify(String(i));
  expect(sim.requests.length).toBeLessThanOrEqual(10);
  expect(sim.requests.at(-1)?.path).toBe('/api/v1/customers/39');
  expect(sim.trackRate.requests).toBe(40);
});

test('above its limit, if one is set, Track answers an empty 429', async () => {
  const { identify } = await workspace({ trackLimitPerSecond: 3, now: () => 1_000_000 });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await identify('1')).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
});
