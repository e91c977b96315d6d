import { describe, expect, it } from 'vitest';
import { context, knownPerson, rules } from '../../../test/support/entities.ts';
import type { MailReport } from '../events.ts';
import { plan } from './plan.ts';
import type { RunningWatch } from './plan-types.ts';

const NOW = 1_700_000_950;

const ann = knownPerson({
  identifier: '501',
  email: 'ann@acme.example',
  names: [
    { kind: 'address', value: 'ann@acme.example', source: 'contact 9', since: 1, until: null },
    { kind: 'address', value: 'ann@old.example', source: 'contact 9', since: 1, until: 2 },
  ],
});

const watch: RunningWatch = {
  id: 1,
  start: 'deal_won',
  unless: 'email_opened',
  dealId: 5,
  startedAt: NOW - 86_400,
  firesAt: NOW + 86_400,
};

function planned(recipients: string[], part: Partial<MailReport> = {}) {
  const report: MailReport = {
    kind: 'mail_report',
    name: 'email_opened',
    reportId: 'r1',
    person: { id: '501', email: 'ann@acme.example', cioId: 'd9c106000001' },
    occurredAt: NOW,
    deliveryId: 'D1',
    recipients,
    machine: false,
    values: { subject: '[internal] Ann Lee has signed', recipient: recipients.join(', ') },
    ...part,
  };
  return plan(report, context({ known: [ann], watches: [watch] }), rules());
}

const stops = ({ effects }: ReturnType<typeof plan>) => effects.some(({ kind }) => kind === 'stop_watches');

describe('a report about a message to somebody else', () => {
  it('is no sign of life of the client', () => {
    const result = planned(['boss@seller.example']);
    expect(stops(result)).toBe(false);
    expect(result).toMatchObject({
      outcome: 'ignored',
      actions: [],
      reason:
        'The message went to boss@seller.example, which is not the client, so the report says nothing about the client.',
    });
  });

  it('is none where Customer.io names the person by the id alone', () => {
    const person = { id: '501', email: 'boss@seller.example', cioId: null, emailIsRecipient: true };
    expect(stops(planned(['boss@seller.example'], { person }))).toBe(false);
    expect(stops(planned(['ann@acme.example'], { person: { ...person, email: 'ann@acme.example' } }))).toBe(
      true,
    );
  });

  it('that unsubscribed says so of the client, whose profile it is', () => {
    const result = planned(['boss@seller.example'], { name: 'email_unsubscribed' });
    expect(result).toMatchObject({
      outcome: 'planned',
      warnings: ['The message went to boss@seller.example.'],
    });
  });
});

it.each([
  ['the client', ['ann@acme.example']],
  ['a former address of the client', ['ann@old.example']],
  ['a subaddress', ['ann+news@acme.example']],
  ['several', ['boss@seller.example', 'ann@acme.example']],
  ['nobody that is named', []],
])('a report about a message to %s stops the timer and writes the note', (_whom, recipients) => {
  const result = planned(recipients);
  expect(stops(result)).toBe(true);
  expect(result.outcome).toBe('planned');
});

it('a report about a client of whom no address is known counts', () => {
  const person = { id: '501', email: 'boss@seller.example', cioId: null, emailIsRecipient: true };
  const unknown = knownPerson({ key: 'p_1', identifier: '501', email: null, names: [] });
  const report: MailReport = {
    ...{ kind: 'mail_report', name: 'email_opened', reportId: 'r', person, occurredAt: NOW, deliveryId: 'D' },
    ...{ recipients: ['boss@seller.example'], machine: false, values: {} },
  };
  const subject = { key: 'p_1', person: '501', reason: null };
  expect(plan(report, context({ known: [unknown], subject }), rules()).outcome).toBe('planned');
});
