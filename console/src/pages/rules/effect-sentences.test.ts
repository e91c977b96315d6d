import { expect, it } from 'vitest';
import { effectSentences } from './effect-sentences.ts';

it('publishing says what deals in the stage and running timers get', () => {
  expect(
    effectSentences({
      stages: [
        { pipeline: 'Sales', stage: 'Onboarding', isNew: true, deals: 12 },
        { pipeline: 'Sales', stage: 'Won', isNew: false, deals: 1 },
      ],
      timers: [{ start: 'deal_won', changes: ['length', 'outcome'], running: 5 }],
      waiting: 2,
    }),
  ).toEqual([
    '12 deals are in “Onboarding” now. They get nothing: the new rule applies to the next deal that enters the stage.',
    '1 deal is in “Won” now. It gets nothing: the changed rule applies to the next deal that enters the stage.',
    '2 stage changes are waiting (for a contact, their time or a decision). They follow the new rules.',
    '5 timers are running after “deal_won”. They keep their end; the new length applies to timers that start from now on. What they do when they run out follows the new rule.',
  ]);
});

it('nothing is said where nothing is there yet', () => {
  expect(effectSentences({ stages: [], timers: [], waiting: 0 })).toEqual([]);
});
