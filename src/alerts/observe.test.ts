import { expect, it } from 'vitest';
import type { Health } from '../health/health.ts';
import type { AlertFacts } from '../store/alerts/facts.ts';
import { seenOf } from './observe.ts';

const side = { side: 'installation' as const, light: 'ok' as const, since: 0, items: [], proofs: [] };
const health = (judgedAt: number | null): Health => ({
  ...{ light: 'ok', at: 0, installation: side },
  connections: [{ connection: 'acme', light: 'ok', since: 0, judgedAt, sides: [] }],
});
const facts = (part: Partial<AlertFacts>): AlertFacts => ({
  ...{ connection: 'acme', backlog: 0, dead: 0, optOuts: 0, optOutDeal: null, repaired: 0 },
  ...part,
});

function seen(part: Partial<AlertFacts>) {
  const limits = { deadLetters: 100, backlog: 1000 };
  return seenOf({ health: health(1), facts: [facts(part)], limits, receivers: new Map(), now: 0 });
}

const lights = (part: Partial<AlertFacts>) =>
  seen(part).observations.map(({ code, light, step }) => `${code} ${light} ${step}`);

it.each([
  [0, []],
  [39, []],
  // Just below a step the state stays as it is.
  [45, ['dead_letters unknown 0']],
  [50, ['dead_letters warning 50']],
  [89, ['dead_letters warning 70']],
  [90, ['dead_letters broken 90']],
  [101, ['dead_letters broken 100']],
])('of a limit of 100, %i dead letters are %j', (dead, expected) => {
  expect(lights({ dead })).toEqual(expected);
});

it('counts a backlog against its own limit, and opt-outs from the first', () => {
  expect(lights({ backlog: 700, optOuts: 12 })).toEqual(['backlog warning 70', 'opt_outs broken 10']);
});

it('says more than the limit where it has not counted further', () => {
  expect(seen({ dead: 101 }).observations[0]!.message).toBe(
    'More than 100 actions have failed for good: 100 % of the limit of 100.',
  );
});

it('knows nothing of a connection that was not judged, or whose counts could not be read', () => {
  const limits = { deadLetters: 100, backlog: 1000 };
  const base = { limits, receivers: new Map(), now: 0 };
  const condition = (key: string) => ({ key, connection: 'acme' }) as never;
  const blind = seenOf({ ...base, health: health(null), facts: null });
  expect(blind.isKnown(condition('acme/kommo/kommo_token_refused'))).toBe(false);
  expect(blind.isKnown(condition('acme/counts/dead_letters'))).toBe(false);
  const sighted = seenOf({ ...base, health: health(1), facts: [facts({})] });
  expect(sighted.isKnown(condition('acme/kommo/kommo_token_refused'))).toBe(true);
  expect(sighted.isKnown(condition('acme/counts/dead_letters'))).toBe(true);
});
