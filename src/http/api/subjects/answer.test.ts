import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../activity/contract.ts';
import { type AnswerInput, answerFor } from './answer.ts';

const row = (part: Partial<ActivityRow>): ActivityRow => ({
  id: 9,
  connection: 'acme',
  kind: 'deal_moved',
  direction: 'to_customerio',
  name: null,
  title: 'Deal 5 moved from "New" to "Won" (Sales)',
  dealId: 5,
  person: 'ann@acme.com',
  occurredAt: 1_000,
  at: 2_000,
  outcome: 'done',
  reason: null,
  rule: null,
  actions: { done: 0, open: 0, failed: 0, dropped: 0 },
  repaired: false,
  ...part,
});
const input = (part: Partial<AnswerInput>): AnswerInput => ({
  q: '5',
  isDeal: true,
  timeline: [],
  running: [],
  actions: [],
  lane: null,
  ...part,
});
const action = (part: Partial<AnswerInput['actions'][number]>) => ({
  title: 'Kommo: note on deal 5: Hello',
  state: 'done',
  error: null,
  todo: null,
  ...part,
});

describe('"why did nothing happen?" is answered', () => {
  it('where nothing is stored about a deal', () => {
    const answer = answerFor(input({}));
    expect(answer).toMatchObject({ tone: 'nothing', event: null });
    expect(answer.text).toMatch(/^Stagepost has stored nothing about deal 5: no webhook has named it/);
  });

  it('where nothing is stored about a person', () => {
    expect(answerFor(input({ q: 'eve@acme.com', isDeal: false })).text).toContain(
      'none of their deals has entered a stage',
    );
  });

  it('with the reason of the planner', () => {
    const timeline = [row({ outcome: 'nothing', reason: 'The contact has no email.' })];
    expect(answerFor(input({ timeline }))).toEqual({
      text: 'Deal 5 moved from "New" to "Won" (Sales). Nothing was done: The contact has no email.',
      tone: 'nothing',
      event: 9,
      at: 2_000,
    });
  });

  it('with what was refused, in the destination’s words, and what to do', () => {
    const timeline = [row({ outcome: 'failed', actions: { done: 2, open: 0, failed: 1, dropped: 0 } })];
    const actions = [
      action({}),
      action({ state: 'dead', error: 'Kommo refuses the text', todo: 'Shorten it.' }),
    ];
    const answer = answerFor(input({ timeline, actions }));
    expect(answer.tone).toBe('bad');
    expect(answer.text).toMatch(
      /but 1 action was refused\. .* The answer: Kommo refuses the text\. Shorten it\.$/,
    );
  });

  it('with the lane that does not deliver', () => {
    const timeline = [row({ outcome: 'open', actions: { done: 1, open: 2, failed: 0, dropped: 0 } })];
    const answer = answerFor(input({ timeline, lane: 'Kommo refuses the token' }));
    expect(answer).toMatchObject({ tone: 'waiting' });
    expect(answer.text).toContain(
      '1 of 3 actions are done, the others are in progress. Kommo refuses the token.',
    );
  });

  it('with what was done last, where all went well', () => {
    const answer = answerFor(input({ timeline: [row({})], actions: [action({})], running: ['deal_won'] }));
    expect(answer.tone).toBe('good');
    expect(answer.text).toContain(
      'Done: Kommo: note on deal 5: Hello. The inactivity timer of deal_won is running.',
    );
  });

  it('by the newest event that says something, not by a change without consequence', () => {
    const change = row({
      id: 10,
      kind: 'deal_changed',
      outcome: 'nothing',
      title: 'Deal 5 changed',
      reason: 'x',
    });
    expect(answerFor(input({ timeline: [change, row({})] })).event).toBe(9);
  });
});
