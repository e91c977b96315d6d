import { expect, it } from 'vitest';
import { waitingSentence } from './waiting-sentence.ts';

const nothing = { actions: [], events: 0, deals: 0, examples: [], isMore: false };

it('what waits is counted in words, with the clients', () => {
  const sentence = waitingSentence({
    actions: [{ kind: 'note', names: { one: 'note', many: 'notes' }, count: 3 }],
    events: 1,
    deals: 3,
    examples: [
      { dealId: 1, deal: 'Acme Ltd, Pro', client: 'Ann Lee' },
      { dealId: 2, deal: null, client: null },
    ],
    isMore: false,
  });
  expect(sentence).toBe('Waiting: 1 stage change or report and 3 notes. For Ann Lee, Deal 2 and 1 more.');
});

it('more than was counted is not a number', () => {
  expect(waitingSentence({ ...nothing, events: 1_000, isMore: true })).toBe(
    'Waiting: 1,000 stage changes and reports, and more.',
  );
});

it('nothing is no sentence', () => expect(waitingSentence(nothing)).toBeNull());
