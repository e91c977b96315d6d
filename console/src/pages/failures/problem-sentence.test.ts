import { describe, expect, it } from 'vitest';
import type { FailureGroup } from '../../api/types.ts';
import { groupOf, letter } from './problem-fixtures.ts';
import { followersSentence, problemSentence } from './problem-sentence.ts';

const demo = { part: 'stages', name: 'Demo scheduled', title: 'Sales / Demo scheduled → demo' } as const;
const three = ['Ann Lee', 'Ben Cruz', 'Cleo Park'].map((client, index) => letter({ client, dealId: index }));

/** All codes, as the type has them. */
const CODES: Record<NonNullable<FailureGroup['code']>, true> = {
  field_missing: true,
  option_missing: true,
  value_type_mismatch: true,
  choice_unknown: true,
  assignee_unavailable: true,
  tag_refused: true,
  deal_not_found: true,
  text_too_long: true,
  text_empty: true,
  identifier_refused: true,
  payload_too_large: true,
  previous_action_failed: true,
  attempts_exhausted: true,
  action_unreadable: true,
};

describe('a problem', () => {
  it('is said in the words of the client and of the rule', () => {
    const group = groupOf({ code: 'text_too_long', rule: demo, count: 3, subjects: 3, examples: three });
    expect(problemSentence(group)).toBe(
      '3 notes on deals of Ann Lee, Ben Cruz and Cleo Park were not written, because the note of “Demo scheduled” is too long for Kommo.',
    );
  });

  it('of many clients names two', () => {
    const group = groupOf({ kind: 'identify', lane: 'customerio', count: 5, subjects: 4, examples: three });
    expect(problemSentence(group)).toBe(
      'Ann Lee, Ben Cruz and 2 more were not updated in Customer.io, because Customer.io refused it.',
    );
  });

  it('with a field names it', () => {
    const group = groupOf({ kind: 'set_field', code: 'field_missing', field: 'email_status' });
    expect(problemSentence(group)).toBe(
      'The field “email_status” was not set on the deal of Ann Lee, because the field does not exist in Kommo.',
    );
  });

  it('of a reaction or a timer names the report or the event', () => {
    const reaction = { part: 'reactions', name: 'email_opened', title: 'email_opened' } as const;
    expect(problemSentence(groupOf({ code: 'text_empty', rule: reaction }))).toContain(
      'the note for “email opened” is empty',
    );
    const timer = { part: 'inactivity', name: 'deal_won', title: 'inactivity: deal_won → x' } as const;
    expect(problemSentence(groupOf({ kind: 'task', rule: timer }))).toContain(
      'Kommo refused the task of the inactivity timer after “deal_won”',
    );
  });

  it('whose kind another version knows is still a sentence', () => {
    const names = { one: 'company note', many: 'company notes' };
    expect(problemSentence(groupOf({ kind: 'company_note', names, failure: 'unknown' }))).toBe(
      '1 company note for Ann Lee did not reach Kommo, because Kommo did not work.',
    );
  });

  it('has a reason for every code', () => {
    const codes = Object.keys(CODES) as (keyof typeof CODES)[];
    const sentences = codes.map((code) => problemSentence(groupOf({ code })));
    expect(new Set(sentences).size).toBe(codes.length);
    for (const sentence of sentences) expect(sentence).toMatch(/, because [a-zA-Z].+\.$/);
  });
});

it('what followed from it is counted, and is retried with it', () => {
  const followers = [
    { kind: 'track', names: { one: 'event', many: 'events' }, count: 2 },
    { kind: 'note', names: { one: 'note', many: 'notes' }, count: 1 },
  ];
  expect(followersSentence(groupOf({ followers }))).toBe(
    'Because of this, 2 events and 1 note were not sent either. Retrying includes them.',
  );
  expect(followersSentence(groupOf({}))).toBeNull();
});
