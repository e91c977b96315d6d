import { beforeEach, expect, it } from 'vitest';
import { SELF_TEST_AGENT } from '../../domain/self-test.ts';
import type { RawRequest } from '../../store/inbox.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const NOW = 1_700_000_000_000;
const webhook = { connection: 'acme', source: 'kommo' as const, headers: {}, body: Buffer.from('a=b') };

let stored: RawRequest[];
let counted: string[];
let seen: string[];
let now: number;

beforeEach(() => {
  stored = [];
  counted = [];
  seen = [];
  now = NOW;
});

const refusal = {
  source: 'customerio' as const,
  connection: 'acme',
  code: 'mismatch',
  reason: 'The signature does not match.',
  isSelfTest: false,
};

const intake = { store: async (request: RawRequest) => void stored.push(request) };

const receiver = (open: () => Promise<typeof intake> = async () => intake) =>
  new WebhookReceiver({
    intake: open,
    count: (source, outcome) => counted.push(`${source} ${outcome}`),
    onReceived: ({ connection }, outcome) => void seen.push(`${connection} ${outcome}`),
    onRefused: ({ connection, code }) => void seen.push(`${connection} ${code}`),
    now: () => now,
  });

it('stores a webhook with the time at which it came, though the database opens later', async () => {
  const opening = Promise.withResolvers<typeof intake>();
  const received = receiver(() => opening.promise).receive(webhook);
  now += 5_000;
  opening.resolve(intake);
  await received;
  expect(stored).toEqual([{ ...webhook, receivedAt: NOW }]);
  expect(counted).toEqual(['kommo stored']);
});

it('counts one that could not be stored, and passes the error on', async () => {
  const store = () => Promise.reject(new Error('disk full'));
  await expect(receiver(async () => ({ store })).receive(webhook)).rejects.toThrow('disk full');
  expect(counted).toEqual(['kommo failed']);
});

it('counts one as failed where the database cannot be opened', async () => {
  await expect(receiver(() => Promise.reject(new Error('refused'))).receive(webhook)).rejects.toThrow();
  expect(counted).toEqual(['kommo failed']);
});

it('counts one that was refused', () => {
  receiver().refuse(refusal);
  expect(counted).toEqual(['customerio refused']);
  expect(seen).toEqual(['acme mismatch']);
});

it('does not take its own test for a sign of life of the other side', async () => {
  const headers = { 'user-agent': SELF_TEST_AGENT };
  await receiver().receive({ ...webhook, headers });
  receiver().refuse({ ...refusal, isSelfTest: true });
  expect(stored).toHaveLength(1);
  expect(seen).toEqual([]);
});

it('stores a report once, however often it comes with the same signature', async () => {
  const report = { ...webhook, source: 'customerio' as const };
  const one = receiver();
  for (let copy = 0; copy < 3; copy++) await one.receive(report, '1700000000 abc');
  await one.receive(report, '1700000001 def');
  await one.receive({ ...report, connection: 'other' }, '1700000000 abc');
  expect(stored.map(({ connection }) => connection)).toEqual(['acme', 'acme', 'other']);
  expect(counted).toEqual(Array(3).fill('customerio stored'));
});
