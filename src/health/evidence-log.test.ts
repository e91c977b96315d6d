import { beforeEach, expect, it } from 'vitest';
import { exampleConfig } from '../../test/support/example-config.ts';
import type { Evidence } from '../store/health/evidence.ts';
import { fingerprintsOf } from './credentials.ts';
import { EvidenceLog } from './evidence-log.ts';

let stored: Evidence[];
let now: number;
let fails: boolean;
const config = exampleConfig().connections[0]!;
const fingerprints = fingerprintsOf(config, null);

beforeEach(() => {
  stored = [];
  now = 1_000_000;
  fails = false;
});

const open = () =>
  new EvidenceLog({
    fingerprints: new Map([['acme', fingerprints]]),
    now: () => now,
    async store(evidence) {
      if (fails) throw new Error('The database is away.');
      stored.push(...evidence.map((one) => ({ ...one })));
    },
  });

it('stores a proof at once, and its repetitions twice a minute', async () => {
  const log = open();
  for (let second = 0; second < 60; second += 1) {
    log.note('acme', 'kommo_token');
    await log.flush();
    now += 1_000;
  }
  expect(stored.map(({ count }) => count)).toEqual([1, 30]);
});

it('stores a proof at once where a refusal came after the stored one', async () => {
  const log = open();
  for (const name of ['signing_key', 'report_refused', 'signing_key'] as const) {
    log.note('acme', name);
    await log.flush();
    now += 10;
  }
  expect(stored.map(({ name }) => name)).toEqual(['signing_key', 'report_refused', 'signing_key']);
});

it('loses nothing while the database is away', async () => {
  const log = open();
  fails = true;
  log.note('acme', 'report_refused');
  await expect(log.flush()).rejects.toThrow('away');
  log.note('acme', 'report_refused');
  fails = false;
  await log.flush();
  expect(stored).toMatchObject([{ name: 'report_refused', count: 2 }]);
});

it('takes evidence of another credential for none of the present one', () => {
  const log = open();
  const evidence = { connection: 'acme', name: 'signing_key', firstAt: 1, at: 1, count: 1, detail: null };
  log.refresh(['acme'], [{ ...evidence, fingerprint: 'another' }]);
  expect(log.facts('acme').current.size).toBe(0);
  expect([...log.facts('acme').former.keys()]).toEqual(['signing_key']);
});

it('keeps what was read of one connection when another one is read again', () => {
  const log = open();
  const evidence = { name: 'signing_key', fingerprint: 'another', firstAt: 1, at: 1, count: 1, detail: null };
  log.refresh(['acme'], [{ connection: 'acme', ...evidence }]);
  log.refresh(['globex'], []);
  expect(log.facts('acme').former.size).toBe(1);
  log.refresh(['acme'], []);
  expect(log.facts('acme').former.size).toBe(0);
});

it('gives another fingerprint to another address, and never the secret', () => {
  const other = fingerprintsOf(config, 'https://stagepost.example');
  expect(other.kommo_webhook).not.toBe(fingerprints.kommo_webhook);
  expect(other.signing_key).toBe(fingerprints.signing_key);
  for (const text of Object.values(fingerprints)) expect(text).toMatch(/^[0-9a-f]{8}$/);
});
