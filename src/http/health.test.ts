import Fastify, { type FastifyInstance } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unjudgedHealth } from '../../test/support/health.ts';
import { draft } from '../health/codes.ts';
import { type HealthOptions, health } from './health.ts';

let app: FastifyInstance;
let now: number;
let readings: { ready: number; metrics: number };
beforeEach(() => {
  now = 0;
  readings = { ready: 0, metrics: 0 };
});
afterEach(() => app.close());

async function start(part: Partial<HealthOptions> = {}): Promise<void> {
  const registry = new Registry();
  function collect() {
    readings.metrics += 1;
  }
  new Gauge({ name: 'open', help: 'open work', registers: [registry], collect });
  app = Fastify();
  const notReady = async () => {
    readings.ready += 1;
    return [];
  };
  await app.register(health, {
    ...{
      metrics: registry,
      isStarted: () => true,
      notReady,
      current: unjudgedHealth,
      now: () => now,
      ...part,
    },
  });
}

it('20 scrapes and probes within a second share one reading', async () => {
  await start();
  for (const url of ['/metrics', '/health/ready'])
    await Promise.all(Array.from({ length: 20 }, () => app.inject(url)));
  expect(readings).toEqual({ ready: 1, metrics: 1 });
  now += 1_000;
  await app.inject('/metrics');
  expect(readings.metrics).toBe(2);
});

it('is ready as soon as it has started, however recently it was asked', async () => {
  let hasStarted = false;
  await start({ isStarted: () => hasStarted });
  expect((await app.inject('/health/ready')).json().problems).toEqual(['Stagepost is starting.']);
  hasStarted = true;
  expect((await app.inject('/health/ready')).statusCode).toBe(200);
});

it('with a token, the metrics are for its bearer only', async () => {
  await start({ metricsToken: 'secret' });
  expect((await app.inject('/metrics')).statusCode).toBe(401);
  expect((await app.inject({ url: '/metrics', headers: { authorization: 'Bearer wrong' } })).statusCode).toBe(
    401,
  );
  expect(
    (await app.inject({ url: '/metrics', headers: { authorization: 'Bearer secret' } })).statusCode,
  ).toBe(200);
  expect((await app.inject('/health/ready')).statusCode).toBe(200);
});

it('is ready while a connection is broken, and says so; with ?strict it is not ready', async () => {
  const item = draft('kommo_token_refused', 'acme', 'Kommo refuses the token of the account Acme.');
  const judged = unjudgedHealth();
  judged.installation.items.push({ ...item, since: 5 });
  await start({ current: () => judged });
  const ready = await app.inject('/health/ready');
  expect(ready.statusCode).toBe(200);
  expect(ready.json()).toMatchObject({
    status: 'ready',
    items: [{ code: 'kommo_token_refused', connection: 'acme', light: 'broken', since: 5 }],
  });
  const strict = await app.inject('/health/ready?strict');
  expect([strict.statusCode, strict.json().problems.length]).toEqual([503, 1]);
  // Anybody may ask: the particulars of the account are for those who sign in.
  expect(ready.body + strict.body).not.toContain('Acme');
});
