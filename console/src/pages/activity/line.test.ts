import { expect, it } from 'vitest';
import type { ActivityRow } from '../../api/types.ts';
import { lineOf } from './line.ts';

const row = (part: Partial<ActivityRow>) =>
  ({
    ...{ kind: 'deal_moved', title: 'Lee, Pro moved from "New" to "Won"', message: null, name: null },
    ...{ client: 'Ann Lee', person: 'ann@acme.example', dealId: 5, reason: null, ...part },
  }) as ActivityRow;

it('a stage change names the client; the number of the deal and the address are in the hint', () => {
  const { who, what, detail, hint } = lineOf(row({}));
  expect([who, what, detail]).toEqual(['Ann Lee', 'Lee, Pro moved from "New" to "Won"', '']);
  expect(hint).toBe('Ann Lee · Lee, Pro moved from "New" to "Won"\ndeal 5\nann@acme.example');
});

it('a message says how far it came; the names of its reports are in the hint', () => {
  const message = {
    ...{
      key: 'k',
      report: 4,
      to: 'Ann Lee',
      subject: '"Hello"',
      progress: 'delivered, opened 2 seconds later',
    },
    ...{ state: 'opened', tone: 'good' as const, names: ['email_delivered', 'email_opened'] },
  };
  const { who, what, detail, hint } = lineOf(row({ kind: 'mail_report', message }));
  expect([who, what, detail]).toEqual(['Ann Lee', '"Hello"', message.progress]);
  expect(hint).toMatch(/\nemail_delivered, email_opened$/);
});

it('a report by itself is a sentence, and internal names in a reason are words', () => {
  const shown = lineOf(
    row({
      kind: 'mail_report',
      title: 'Ann Lee unsubscribed',
      reason: 'No reaction for customer_unsubscribed.',
    }),
  );
  expect([shown.who, shown.what]).toEqual([null, 'Ann Lee unsubscribed']);
  expect(shown.detail).not.toContain('_');
});
