import { expect, it } from 'vitest';
import { mailReport } from '../../../test/support/entities.ts';
import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import type { Trace } from '../../store/events/trace.ts';
import { traceAnswer } from './answer.ts';
import { renderTrace } from './render.ts';

const NOW = 1_796_040_000;
const CLEO = 'cleo@cove.example';

const moved = {
  event: {
    id: 3,
    kind: 'deal_moved',
    state: 'planned',
    payload: {
      kind: 'deal_moved',
      dealId: 5,
      from: null,
      to: { pipelineId: 1, stageId: 2 },
      occurredAt: NOW - 120,
    },
    person: CLEO,
    occurred_at: NOW - 120,
    created_at: (NOW - 120) * 1000,
    reason: null,
    rule: 'Sales / Won → deal_won',
    client_state: 'unsubscribed',
  },
  reports: [],
  actions: [{ kind: 'track', state: 'done', payload: { kind: 'track', name: 'deal_won' }, error: null }],
  attempts: [],
};
const person = { person: CLEO, email: CLEO, attributes: { first_name: 'Cleo' }, fields: {} };

const traced = (part: object) =>
  ({ persons: [person], watches: [], pipelines: [], events: [moved], ...part }) as unknown as Trace;

it('a trace begins with the answer about the client', () => {
  const person = { id: CLEO, email: CLEO, cioId: null };
  const optOut = mailReport({ name: 'email_unsubscribed', occurredAt: NOW - 38 * 60, person });
  expect(traceAnswer(traced({ consent: entriesOfReport(optOut), timezone: 'UTC' }), NOW)).toBe(
    'Cleo did not get an email: unsubscribed 38 min ago, so Customer.io sends nothing. The event deal_won was accepted 2 min ago.',
  );
});

it('a trace of a Stagepost that sends no facts is answered by what it has', () => {
  expect(traceAnswer(traced({}), NOW)).toMatch(/^The event deal_won was accepted 2 min ago\./);
});

it('a trace shows an email under the event that started its campaign', () => {
  const opened = (id: number, second: number, machine: boolean) => ({
    ...moved,
    actions: [],
    event: {
      ...moved.event,
      ...{ id, kind: 'mail_report', caused_by: 3, rule: null, warnings: [], rules_version: null },
      payload: {
        ...{
          kind: 'mail_report',
          name: 'email_opened',
          reportId: `r${id}`,
          occurredAt: NOW + second,
          machine,
        },
        ...{ person: { id: null, email: CLEO, cioId: null }, deliveryId: 'd', recipients: [CLEO] },
        values: { subject: 'Welcome' },
      },
    },
  });
  const sent = { ...moved, actions: [], event: { ...moved.event, warnings: [], rules_version: null } };
  const events = [sent, opened(4, -60, true), opened(5, -30, false)];
  const text = renderTrace('5', traced({ events }), NOW);
  expect(text).toContain(
    `email  "Welcome" to ${CLEO}: opened twice (once by a machine) ${new Date((NOW - 60) * 1000).toISOString().slice(0, 10)}`,
  );
  expect(text).not.toContain('probably');
});

it('a trace of a name that several deals have lists them', () => {
  const matches = [
    { dealId: 5, name: 'Acme, Pro', client: 'Ann Lee' },
    { dealId: 6, name: 'Trial', client: null },
  ];
  const text = renderTrace('acme', traced({ events: [], matches }), NOW);
  expect(text).toMatch(/Several deals match\. .*\n {4}5 {2}Acme, Pro \(Ann Lee\)\n {4}6 {2}Trial$/);
});

it('a trace without events has no answer', () => {
  expect(traceAnswer(traced({ events: [] }), NOW)).toBeNull();
});
