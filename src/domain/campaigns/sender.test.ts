import { describe, expect, it } from 'vitest';
import type { Json } from '../entities.ts';
import { describeSender, missingNames, senderOf, usesSenderName, withName } from './sender.ts';

describe('what has sent a message', () => {
  it.each([
    [{ campaign_id: 23, campaign_name: 'Won' }, 'Campaign "Won"'],
    [{ campaign_id: '23' }, 'Campaign 23'],
    [{ newsletter_id: 4, newsletter_name: '' }, 'Newsletter 4'],
    [{ broadcast_id: 9, campaign_name: 'Of another' }, 'Broadcast 9'],
    [{ transactional_message_id: 2 }, 'Transactional message 2'],
    [{ campaign_id: 23, campaign_name: 'Won', message_name: 'Day 3' }, 'Campaign "Won", message "Day 3"'],
    [{ campaign_id: 23, campaign_name: 'Won', message_name: 'Won' }, 'Campaign "Won"'],
  ])('of the values %j is %s', (values, text) => {
    expect(describeSender(senderOf({ values })!)).toBe(text);
  });

  it.each<Record<string, Json>>([
    {},
    { campaign_id: null },
    { campaign_id: 'x' },
    { campaign_id: 0 },
    { campaign_name: 'Won' },
  ])('of the values %j is not known', (values) => {
    expect(senderOf({ values })).toBeNull();
  });

  it('gets the names that the report has not, and keeps its own', () => {
    const report = { values: { campaign_id: 4, campaign_name: 'Won', action_id: '7' } };
    expect(missingNames(report)).toEqual([{ kind: 'message', id: 7 }]);
    const named = withName(report, 'message', 'Day 3');
    expect(missingNames(named)).toEqual([]);
    expect(describeSender(senderOf(named)!)).toBe('Campaign "Won", message "Day 3"');
    expect(missingNames({ values: {} })).toEqual([]);
  });
});

it.each([
  ['Opened {{ subject }} of {{ campaign_name }}', true],
  ['{{newsletter_name|upcase}}', true],
  ['Hello {{ contact.first_name }}', false],
  ['{{ my_campaign_names }}', false],
  ['{{ message_name }}', true],
  [null, false],
])('the text %j uses the name of a sender: %s', (text, uses) => {
  expect(usesSenderName(text)).toBe(uses);
});
