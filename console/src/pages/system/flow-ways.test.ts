import { expect, it } from 'vitest';
import type { ConnectionHealth, Proof } from '../../api/types.ts';
import { flowWays } from './flow-ways.ts';

const OPEN = { kommo: { state: 'open' }, customerio: { state: 'open' } };

const proof = (name: Proof['name'], isProven: boolean, isContradicted = false): Proof => ({
  ...{
    name,
    isProven,
    isContradicted,
    title: 'It works',
    at: 1,
    by: 'a call',
    isRequired: true,
    todo: 'Wait.',
  },
});

const health = (...proofs: Proof[]): ConnectionHealth => ({
  ...{ connection: 'acme', light: 'ok', since: 1, judgedAt: 1 },
  sides: [{ side: 'kommo', light: 'ok', since: 1, items: [], proofs }],
});

it('says of each way whether it was seen to work', () => {
  const seen = health(
    proof('kommo_webhook', true),
    proof('kommo_token', true),
    proof('track_keys', true, true),
    proof('signing_key', false),
  );
  expect(flowWays(seen, OPEN)).toEqual({
    ...{ stageChanges: 'good', writes: 'good', events: 'bad', reports: 'nothing' },
  });
});

it('takes Kommo’s log for the webhook where changes are read from it', () => {
  expect(flowWays(health(proof('kommo_log', true)), OPEN).stageChanges).toBe('good');
});

it('a lane that is held waits, though its key was accepted', () => {
  const lanes = { ...OPEN, customerio: { state: 'held' } };
  expect(flowWays(health(proof('track_keys', true)), lanes).events).toBe('waiting');
});

it('knows nothing before the first judgement', () => {
  expect(Object.values(flowWays(undefined, OPEN))).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
});
