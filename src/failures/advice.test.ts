import { describe, expect, it } from 'vitest';
import { adviceFor, causeOf, type FailureCase } from './advice.ts';

const failure = (part: Partial<FailureCase>): FailureCase => ({
  lane: 'kommo',
  kind: 'note',
  failure: 'permanent',
  words: 'no',
  removed: false,
  ...part,
});

describe('advice', () => {
  // The words are those of Kommo, Customer.io and the lanes, as they are stored.
  it.each<[string, Partial<FailureCase>, string, RegExp]>([
    [
      'a field that does not exist',
      {
        kind: 'set_field',
        words: 'The deal field "email_status" does not exist in Kommo. Run: stagepost doctor --fix',
      },
      'Kommo administrator',
      /doctor --fix.*replay/,
    ],
    [
      'a field that was archived',
      { words: 'The value you selected is not a valid choice. (custom_fields_values.0.field_id)' },
      'Kommo administrator',
      /doctor --fix/,
    ],
    [
      'an option that is missing',
      { words: 'The deal field "email_status" has no option "spam". Its options are "bounced".' },
      'Kommo administrator',
      /Add the missing option/,
    ],
    [
      'a choice that Kommo does not have',
      { words: 'NotSupportedChoice (custom_fields_values.0.values.0.value)' },
      'Kommo administrator',
      /does not have the value/,
    ],
    [
      'a user who is gone',
      { kind: 'task', words: 'The value you selected is not a valid choice. (responsible_user_id)' },
      'Kommo administrator',
      /another responsible user/,
    ],
    ['a deal that is gone', { words: 'Lead not found' }, 'nobody', /Discard it/],
    [
      'a text that is too long',
      { words: 'This value is too long. It should have 256 characters or less. (params.text)' },
      'author of the rules',
      /Shorten the text of the rule/,
    ],
    [
      'a value that does not suit the field',
      { kind: 'set_field', words: 'The deal field "Budget" holds a number, and "bounced" is none.' },
      'author of the rules',
      /does not suit the type/,
    ],
    [
      'three days without an answer',
      { failure: 'retryable', words: 'Given up after 300 tries in about 3 days. Kommo failed (502).' },
      'operator',
      /works again, replay/,
    ],
    [
      'an identifier that Customer.io refuses',
      { lane: 'customerio', kind: 'identify', words: 'The identifier "a b" has spaces around it.' },
      'sales team',
      /Correct the contact in Kommo, then move the deal again/,
    ],
    [
      'an email that Customer.io refuses',
      {
        lane: 'customerio',
        kind: 'identify',
        words:
          "Customer.io refused PUT /api/v1/customers/{id} (400). Customer.io's answer: email: is not valid",
      },
      'sales team',
      /move the deal again/,
    ],
    [
      'what waited for a refused action',
      { words: 'Not sent: the action before it was refused.' },
      'its cause',
      /goes with it/,
    ],
    ['contents that were removed', { removed: true, words: null }, 'sales team', /cannot be replayed/],
    ['an unknown outcome', { failure: 'unknown', words: 'No answer.' }, 'operator', /replay/],
    ['other words of Kommo', { words: 'I am a teapot.' }, 'Kommo administrator', /in its words/],
    [
      'other words of Customer.io',
      { lane: 'customerio', kind: 'track', words: 'name: is reserved' },
      'author of the rules',
      /in its words/,
    ],
  ])('%s', (_name, part, owner, todo) => {
    const advice = adviceFor(failure(part));
    expect(advice.owner).toBe(owner);
    expect(advice.todo).toMatch(todo);
  });

  it('for contents that were removed never says to replay, whatever the words', () => {
    const { todo } = adviceFor(failure({ removed: true, words: 'Lead not found' }));
    expect(todo).toContain('cannot be replayed');
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
