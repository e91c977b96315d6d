import { expect, it } from 'vitest';
import type { Proof } from '../../api/types.ts';
import { seenCalls } from './seen-calls.ts';

const none = { lastWebhookAt: null, lastGoodCallAt: null, lastBadCallAt: null, access: 'unknown' } as const;
const proof = (name: Proof['name'], change: Partial<Proof>): Proof => ({
  ...{ name, title: 'It works', isProven: true, at: 5, by: 'a call', isRequired: true, todo: 'Wait.' },
  ...change,
});
const seen = (own: Parameters<typeof seenCalls>[0], change: Partial<Proof> = {}) =>
  seenCalls(
    own,
    { proofs: [proof('kommo_token', change), proof('kommo_webhook', { at: 7 })] },
    'kommo_token',
    'kommo_webhook',
  );

it('a process that does not run the connection shows what was proven in the other one', () => {
  expect(seen(none)).toEqual({ lastWebhookAt: 7, lastGoodCallAt: 5, lastBadCallAt: null, access: 'good' });
});

it('its own newer calls win', () => {
  expect(seen({ ...none, lastGoodCallAt: 9, access: 'refused' })).toMatchObject({
    lastGoodCallAt: 9,
    access: 'refused',
  });
});

it('a token that is refused now is shown so wherever it was refused', () => {
  expect(seen({ ...none, access: 'good' }, { isContradicted: true }).access).toBe('refused');
});

it('where nothing is proven nothing is claimed', () => {
  expect(seenCalls(none, null, 'kommo_token', 'kommo_webhook')).toEqual(none);
});
