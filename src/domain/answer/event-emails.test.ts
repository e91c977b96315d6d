import { describe, expect, it } from 'vitest';
import type { MailReport } from '../events.ts';
import { eventEmails, messagesOfEvent, type TiedReport } from './event-emails.ts';

const T = 1_796_040_000;
const ANN = 'ann@acme.example';
const WON = { id: 1, occurredAt: T };
const DEMO = { id: 2, occurredAt: T + 1000 };

let reports = 0;
/** @param metric of an email @param second after `T` */
function tied(
  metric: string,
  second: number,
  { message = 'welcome', causedBy = null as number | null, machine = false, values = {} } = {},
): TiedReport {
  const report: MailReport = {
    ...{ kind: 'mail_report', name: `email_${metric}`, reportId: `r${reports++}`, deliveryId: message },
    ...{ person: { id: null, email: ANN, cioId: null }, recipients: [ANN], machine },
    occurredAt: T + second,
    values: { subject: message, about: 'message', ...values },
  };
  return { report, causedBy };
}
const texts = (tiedReports: TiedReport[]) => {
  const [email] = eventEmails([WON], tiedReports);
  return email!.steps.map(({ text }) => text).join(', ');
};

describe('an email under the event that started its campaign', () => {
  it('has all that was reported of it, in the order of its life', () => {
    const [email, ...others] = eventEmails(
      [WON],
      [
        tied('clicked', 60),
        tied('opened', 50),
        tied('opened', 20, { machine: true }),
        tied('sent', 10),
        tied('delivered', 12),
        tied('converted', 70),
      ],
    );
    expect(others).toEqual([]);
    expect(email).toEqual({
      ...{ event: 1, isCertain: false, subject: 'welcome', recipient: ANN, sender: null },
      reports: [],
      steps: [
        { text: 'sent', at: T + 10, tone: 'good' },
        { text: 'delivered', at: T + 12, tone: 'good' },
        { text: 'opened twice (once by a machine)', at: T + 20, tone: 'good' },
        { text: 'clicked', at: T + 60, tone: 'good' },
        { text: 'converted', at: T + 70, tone: 'good' },
      ],
    });
  });

  it.each([
    ['opened', [tied('opened', 1)]],
    ['opened by a machine', [tied('opened', 1, { machine: true })]],
    [
      'opened twice by machines',
      [tied('opened', 1, { machine: true }), tied('opened', 2, { machine: true })],
    ],
    ['opened 3 times', [tied('opened', 1), tied('opened', 2), tied('opened', 3)]],
    ['clicked by a machine', [tied('clicked', 1, { machine: true })]],
    [
      'sent, bounced (550 unknown)',
      [tied('sent', 1), tied('bounced', 2, { values: { failure_message: '550 unknown' } })],
    ],
    ['not sent: the address is suppressed', [tied('dropped', 1)]],
    ['sent, unsubscribed', [tied('sent', 1), tied('unsubscribed', 9)]],
  ])('is %s', (text, list) => {
    expect(texts(list)).toBe(text);
  });

  it('belongs to the event that Customer.io names, whatever the times say', () => {
    const list = [
      tied('sent', 1500, { causedBy: 1 }),
      tied('opened', 1600),
      tied('sent', 1500, { message: 'demo' }),
    ];
    expect(eventEmails([WON, DEMO], list)).toMatchObject([
      { event: 1, isCertain: true, subject: 'welcome' },
      { event: 2, isCertain: false, subject: 'demo' },
    ]);
  });

  it('belongs to no event where it came before all of them, or is none of a campaign', () => {
    const other = (values: object) => tied('sent', 10, { message: JSON.stringify(values), values });
    const list = [
      tied('sent', -10),
      other({ newsletter_id: 4 }),
      other({ broadcast_id: 5 }),
      other({ transactional_message_id: 6 }),
      other({ about: 'person' }),
    ];
    expect(eventEmails([WON], list)).toEqual([]);
  });

  it('of another campaign is not taken for ours where Customer.io names our events', () => {
    const list = [tied('sent', 10, { values: { trigger_event_id: '01KB9Z00000000000000000001' } })];
    expect(eventEmails([WON], list)).toHaveLength(1);
    expect(eventEmails([WON], list, true)).toEqual([]);
  });
});

describe('the messages of an event for the answer', () => {
  const subjects = (list: TiedReport[], next: number | null = null) =>
    messagesOfEvent(WON, list, [ANN], { next }).map(({ subject }) => subject);

  it('are those that name it', () => {
    const list = [tied('sent', 2000, { causedBy: 1 }), tied('sent', 10, { message: 'other' })];
    expect(subjects(list, T + 1000)).toEqual(['welcome']);
  });

  it('are those between it and the next event where none names it', () => {
    const list = [
      tied('sent', 10),
      tied('sent', 20, { message: 'of another deal', causedBy: 7 }),
      tied('sent', 1500, { message: 'later' }),
      tied('sent', -5, { message: 'earlier' }),
    ];
    expect(subjects(list, T + 1000)).toEqual(['welcome']);
    expect(subjects(list)).toEqual(['later', 'welcome']);
  });
});
