import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EVENT_OUTCOMES } from './event-outcome.ts';
import type { MailReport } from './events.ts';
import { isMilestone, messageOutcome, messageProgress } from './message-progress.ts';

let made = 0;
const report = (name: string, occurredAt = 100, part: Partial<MailReport> = {}): MailReport => ({
  kind: 'mail_report',
  name,
  reportId: `r${++made}`,
  person: { id: null, email: 'ann@acme.example', cioId: null },
  occurredAt,
  deliveryId: 'd1',
  machine: false,
  values: { subject: 'Your demo is booked' },
  ...part,
});

it('an email says how far it came, and when', () => {
  const reports = [
    report('email_drafted', 99),
    report('email_sent', 100),
    report('email_delivered', 101),
    report('email_opened', 113),
  ];
  expect(messageProgress(reports, 'Ann Lee')).toEqual({
    to: 'Ann Lee',
    subject: '"Your demo is booked"',
    progress: 'delivered, opened 12 seconds later',
    state: 'opened',
    tone: 'good',
    names: ['email_drafted', 'email_sent', 'email_delivered', 'email_opened'],
  });
});

it('a message that was only sent says so, without its subject by its channel', () => {
  const { to, subject, progress } = messageProgress([report('in_app_sent', 1, { values: {} })], null);
  expect([to, subject, progress]).toEqual(['ann@acme.example', 'An in-app message', 'sent']);
});

it('a bounce is the bad end of a message', () => {
  const values = { failure_message: 'no such user' };
  const reports = [report('sms_sent', 1), report('sms_bounced', 61, { values })];
  expect(messageProgress(reports, 'Ben')).toMatchObject({
    ...{ progress: 'bounced (no such user)', state: 'bounced', tone: 'bad' },
  });
});

const names = [
  'email_drafted',
  'email_sent',
  'email_delivered',
  'email_opened',
  'email_clicked',
  'email_bounced',
];
const anyReport = fc
  .record({
    name: fc.constantFrom(...names),
    at: fc.integer({ min: 1, max: 5 }),
    machine: fc.boolean(),
    subject: fc.constantFrom(undefined, 'A', 'B'),
  })
  .map(({ name, at, machine, subject }) =>
    report(name, at, { machine, values: subject === undefined ? {} : { subject } }),
  );

it('any order of the reports says the same', () => {
  const both = fc
    .array(anyReport, { minLength: 1, maxLength: 8 })
    .chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc.shuffledSubarray(reports, { minLength: reports.length, maxLength: reports.length }),
      ),
    );
  fc.assert(
    fc.property(both, ([reports, shuffled]) => {
      expect(messageProgress(shuffled, 'Ann')).toEqual(messageProgress(reports, 'Ann'));
    }),
  );
});

it('the outcome of a message is the most urgent one, in any order', () => {
  const one = fc.record({ name: fc.constantFrom(...names), outcome: fc.constantFrom(...EVENT_OUTCOMES) });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (reports) => {
      const found = messageOutcome(reports);
      expect(messageOutcome(reports.toReversed())).toBe(found);
      if (reports.some(({ outcome }) => outcome === 'failed')) expect(found).toBe('failed');
      const isIdle = reports.every(({ outcome, name }) => outcome === 'nothing' && !isMilestone(name));
      expect(found === 'nothing').toBe(isIdle);
    }),
  );
});
