import { expect, it } from 'vitest';
import type { ConnectionHealth } from '../health/health.ts';
import type { SetupAnswers } from './answers.ts';
import { shownParts } from './finish-parts.ts';

const MADE_AT = 10_000;

const answers = {
  finish: {
    isConnected: true,
    parts: { kommo_webhook: { state: 'done', sentence: 'Registered.', todo: null, url: null, at: MADE_AT } },
  },
  kommo: {},
  customerio: {},
} as SetupAnswers;

function lightsJudgedAt(judgedAt: number) {
  const item = { light: 'broken', message: 'Kommo has no webhook.', todo: 'Register it.' };
  const sides = [{ side: 'kommo', light: 'broken', since: 0, items: [item], proofs: [] }];
  const health = {
    connection: 'acme',
    light: 'broken',
    since: 0,
    judgedAt,
    sides,
  } as unknown as ConnectionHealth;
  return shownParts(answers, { publicUrl: null, health, now: MADE_AT + 1_000 }).at(-1);
}

it('a judgement from before the webhook was made is not shown as a fault', () => {
  expect(lightsJudgedAt(MADE_AT - 1)).toMatchObject({ part: 'lights', state: 'running' });
});

it('a judgement from afterwards is', () => {
  expect(lightsJudgedAt(MADE_AT)).toMatchObject({ state: 'failed', sentence: 'Kommo has no webhook.' });
});
