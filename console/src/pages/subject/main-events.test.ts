import { expect, it } from 'vitest';
import type { ActivityRow } from '../../api/types.ts';
import { mainEvents } from './main-events.ts';

const row = (id: number, part: Partial<ActivityRow>) => ({ id, outcome: 'nothing', ...part }) as ActivityRow;
const emails = [{ event: 1, reports: [2, 3, 4] }] as Parameters<typeof mainEvents>[0]['emails'];
const idsOf = (...timeline: ActivityRow[]) => mainEvents({ timeline, emails }).map(({ id }) => id);

it('reports that the line of an email says are left out, unless they are an opt-out or have failed', () => {
  expect(
    idsOf(
      row(4, { kind: 'mail_report', name: 'email_unsubscribed', outcome: 'done' }),
      row(3, { kind: 'mail_report', name: 'email_opened', outcome: 'done' }),
      row(2, { kind: 'mail_report', name: 'email_sent' }),
      row(1, { kind: 'deal_moved', outcome: 'done' }),
    ),
  ).toEqual([4, 1]);
  expect(idsOf(row(3, { kind: 'mail_report', name: 'email_opened', outcome: 'failed' }))).toEqual([3]);
});

it('changes without consequences are left out, stage changes and deletions are not', () => {
  expect(
    idsOf(
      row(7, { kind: 'deal_changed' }),
      row(6, { kind: 'deal_deleted' }),
      row(5, { kind: 'deal_moved' }),
      row(9, { kind: 'mail_report', name: 'email_opened', outcome: 'done' }),
    ),
  ).toEqual([6, 5, 9]);
});
