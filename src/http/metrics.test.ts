import { afterEach, expect, it, vi } from 'vitest';
import { unjudgedHealth } from '../../test/support/health.ts';
import type { OpenWork } from '../store/counts/open-work.ts';
import { createMetrics } from './metrics.ts';

afterEach(() => vi.restoreAllMocks());

const work: OpenWork = {
  connection: 'acme',
  inbox: 1,
  events: 2,
  kommo: 3,
  customerio: 4,
  dead: 5,
  parked: 6,
  waiting: 8,
  held: 9,
  watches: 7,
  oldest: null,
};

const metricsOver = (readOpenWork: () => Promise<OpenWork[]>) =>
  createMetrics({
    readOpenWork,
    readDatabaseBytes: async () => 5_000,
    health: unjudgedHealth,
    onError: () => {},
    waitMs: 1,
  });

it('shows the open work of each connection', async () => {
  const text = await metricsOver(async () => [work]).registry.metrics();
  expect(text).toContain('stagepost_open{connection="acme",kind="kommo"} 3');
  expect(text).toContain('stagepost_open{connection="acme",kind="watches"} 7');
  expect(text).not.toContain('kind="oldest"');
  expect(text).toContain('stagepost_open_stale 0');
  expect(text).toContain('stagepost_database_bytes 5000');
});

it.each([
  ['hangs', () => new Promise<OpenWork[]>(() => {})],
  ['is down', () => Promise.reject(new Error('The database cannot be reached.'))],
])('shows the counters of this process while the database %s', async (_how, readOpenWork) => {
  const metrics = metricsOver(readOpenWork);
  metrics.webhook('kommo', 'failed');
  const text = await metrics.registry.metrics();
  expect(text).toContain('stagepost_webhooks_total{source="kommo",outcome="failed"} 1');
  expect(text).toContain('stagepost_open_stale 1');
});

it('shows no open work of a connection that was removed', async () => {
  const counts = [[work, { ...work, connection: 'beta' }], [work]];
  const { registry } = createMetrics({
    ...{ readDatabaseBytes: async () => null, health: unjudgedHealth, onError: () => {} },
    readOpenWork: async () => counts.shift()!,
  });
  await registry.metrics();
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
  expect(await registry.metrics()).not.toContain('connection="beta"');
});
