import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, type FailureCode } from '../domain/errors.ts';
import { adviceFor, causeOf, type FailureCase } from './advice.ts';

const failure = (part: Partial<FailureCase>): FailureCase => ({
  lane: 'kommo',
  failure: 'permanent',
  code: null,
  removed: false,
  ...part,
});

describe('advice', () => {
  it.each<[FailureCode, string, RegExp]>([
    ['field_missing', 'Kommo administrator', /doctor --fix.*retry/],
    ['option_missing', 'Kommo administrator', /Add the missing option/],
    ['choice_unknown', 'Kommo administrator', /does not have the value/],
    ['assignee_unavailable', 'Kommo administrator', /another user/],
    ['tag_refused', 'author of the rules', /name of this tag/],
    ['deal_not_found', 'nobody', /Dismiss it/],
    ['text_too_long', 'author of the rules', /Shorten the text in the rule/],
    ['text_empty', 'author of the rules', /empty for this deal/],
    ['value_type_mismatch', 'author of the rules', /does not suit the type/],
    ['attempts_exhausted', 'operator', /Retry when it works again/],
    ['identifier_refused', 'sales team', /Correct the contact in Kommo, then move the deal again/],
    ['payload_too_large', 'author of the rules', /too large for Customer.io/],
    ['action_unreadable', 'operator', /Run the newer version, then retry/],
    ['previous_action_failed', 'its cause', /this one follows/],
  ])('for %s names the %s', (code, owner, todo) => {
    const advice = adviceFor(failure({ code }));
    expect(advice.owner).toBe(owner);
    expect(advice.todo).toMatch(todo);
  });

  it.each<[string, Partial<FailureCase>, string, RegExp]>([
    ['an unknown outcome', { failure: 'unknown' }, 'operator', /Retry when the other side works again/],
    ['a rejected token', { failure: 'unauthorized' }, 'operator', /token or key was rejected/],
    ['another refusal of Kommo', {}, 'Kommo administrator', /error text says why/],
    ['another refusal of Customer.io', { lane: 'customerio' }, 'author of the rules', /error text says why/],
  ])('without a code, for %s, goes by the class and the side', (_name, part, owner, todo) => {
    const advice = adviceFor(failure(part));
    expect(advice.owner).toBe(owner);
    expect(advice.todo).toMatch(todo);
  });

  it('for contents that were removed never says to retry, whatever the code', () => {
    for (const code of FAILURE_CODES)
      expect(adviceFor(failure({ removed: true, code })).todo).toContain('cannot be retried');
  });
});

describe('the cause in the words', () => {
  it('is the same for two deals and two persons', () => {
    expect(causeOf('Lead 30267969 of ann@acme.com: not found')).toBe(
      causeOf('Lead 30267970 of bo@b.co.uk: not found'),
    );
    expect(causeOf('The identifier "a b" has spaces.')).toBe(causeOf('The identifier "c d" has spaces.'));
  });

  it('keeps fields, options, limits and statuses apart', () => {
    for (const [one, other] of [
      ['The deal field "a" does not exist', 'The deal field "b" does not exist'],
      ['It should have 256 characters', 'It should have 128 characters'],
      ['refused (400)', 'refused (422)'],
    ]) {
      expect(causeOf(one!)).not.toBe(causeOf(other!));
    }
  });
});
