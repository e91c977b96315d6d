import { describe, expect, test } from 'vitest';
import { fieldValue } from './field-value.ts';

const options = [
  { id: 1, value: 'Subscribed' },
  { id: 2, value: 'Bounced, hard' },
  { id: 3, value: 'bounced' },
];
const define = (type: string) => ({ id: 5, name: 'Email status', code: null, type, options });

describe('becomes what the type wants', () => {
  test.each([
    ['text', ' as it is ', { text: ' as it is ' }],
    ['textarea', 'x', { text: 'x' }],
    ['url', 'https://x.y', { text: 'https://x.y' }],
    ['numeric', ' 1.5 ', { number: 1.5 }],
    ['monetary', '200', { number: 200 }],
    ['checkbox', 'Yes', { checked: true }],
    ['checkbox', 'false', { checked: false }],
    ['date', '2020-01-01', { at: 1577836800 }],
    ['date_time', '1577836800', { at: 1577836800 }],
    ['select', 'SUBSCRIBED', { enumId: 1 }],
    ['radiobutton', 'bounced', { enumId: 3 }],
    ['multiselect', 'subscribed, bounced, Subscribed', { enumIds: [1, 3] }],
    ['multiselect', 'bounced, hard', { enumIds: [2] }],
    ['select', '  ', { clear: true }],
    ['text', '', { clear: true }],
  ])('%s: %j', (type, text, value) => {
    expect(fieldValue(define(type), text, 'UTC')).toEqual({ ok: true, value });
  });
});

describe('a date', () => {
  const at = (type: string, text: string, zone: string) => {
    const result = fieldValue(define(type), text, zone);
    return result.ok && 'at' in result.value ? result.value.at : result;
  };

  test.each([
    ['2026-01-31', 'America/Los_Angeles', '2026-01-31T00:00:00-08:00'],
    ['2026-01-31', 'Asia/Tokyo', '2026-01-31T00:00:00+09:00'],
    // Moments: an evening in Los Angeles is the next day in UTC.
    ['2026-01-31T03:00:00Z', 'America/Los_Angeles', '2026-01-30T00:00:00-08:00'],
    [String(Date.parse('2026-01-30T20:00:00Z') / 1000), 'Asia/Tokyo', '2026-01-31T00:00:00+09:00'],
    // A day read from another field.
    [String(Date.parse('2026-01-31T00:00:00Z') / 1000), 'America/Los_Angeles', '2026-01-31T00:00:00-08:00'],
  ])('%s is a day in %s', (text, zone, moment) => {
    expect(at('date', text, zone)).toBe(Date.parse(moment) / 1000);
    expect(at('birthday', text, zone)).toBe(Date.parse(moment) / 1000);
  });

  test('with a time keeps its moment', () => {
    expect(at('date_time', '2026-01-31T03:00:00Z', 'America/Los_Angeles')).toBe(
      Date.parse('2026-01-31T03:00:00Z') / 1000,
    );
    expect(at('date_time', '2026-01-31', 'America/Los_Angeles')).toBe(
      Date.parse('2026-01-31T00:00:00-08:00') / 1000,
    );
  });
});

test('a text that is too long for its field is cut, with a warning', () => {
  expect(fieldValue(define('text'), 'x'.repeat(300), 'UTC')).toEqual({
    ok: true,
    value: { text: `${'x'.repeat(255)}…` },
    warning: 'The text for the deal field "Email status" was cut to 256 characters.',
  });
});

describe('says why it cannot, in a text and by a code', () => {
  const TYPE = 'value_type_mismatch';

  test.each([
    [
      'select',
      'gone',
      'The deal field "Email status" has no option "gone". Its options are "Subscribed", "Bounced, hard", "bounced".',
      'option_missing',
    ],
    ['numeric', 'many', 'The deal field "Email status" holds a number, but "many" is not a number.', TYPE],
    [
      'checkbox',
      'maybe',
      'The deal field "Email status" is a checkbox, and "maybe" is neither yes nor no.',
      TYPE,
    ],
    [
      'date',
      'soon',
      'The deal field "Email status" holds a date, but "soon" is not a date: write 2026-01-31 or unix seconds.',
      TYPE,
    ],
    ['file', 'x', 'The deal field "Email status" is of type "file", which Stagepost cannot set.', TYPE],
  ])('%s: %j', (type, text, error, code) => {
    expect(fieldValue(define(type), text, 'UTC')).toEqual({ ok: false, error, code });
  });
});
