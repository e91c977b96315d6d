import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf } from './address.ts';
import type { MailReport } from './events.ts';
import { otherRecipients, recipientsOf } from './report-recipient.ts';

function report(recipient: unknown, name = 'email_opened'): MailReport {
  return {
    kind: 'mail_report',
    name,
    reportId: 'r',
    person: { id: 'ann', email: 'ann@acme.example', cioId: null },
    occurredAt: 1_796_000_000,
    deliveryId: 'd',
    machine: false,
    ...(typeof recipient === 'string' ? { recipients: addressesOf(recipient) } : {}),
    values: {},
  };
}

const OWN = ['ann@acme.example', 'ann@old.example'];

describe('the recipients of a message', () => {
  it.each([
    'ann@acme.example',
    'Ann@ACME.example',
    'Ann Lee <ann@acme.example>',
    'boss@seller.example, Ann Lee <ann@acme.example>',
    'ann+news@acme.example',
    'ann@old.example',
    ' ann@acme.example\u200b',
  ])('are the person: %j', (recipient) => expect(otherRecipients(report(recipient), OWN)).toBeNull());

  it.each([
    ['boss@seller.example', ['boss@seller.example']],
    ['Ann Lee <boss@seller.example>', ['boss@seller.example']],
    ['a@seller.example; b@seller.example', ['a@seller.example', 'b@seller.example']],
    ['ann@acme.example.evil.example', ['ann@acme.example.evil.example']],
    ['joann@acme.example', ['joann@acme.example']],
  ])('are somebody else: %j', (recipient, others) =>
    expect(otherRecipients(report(recipient), OWN)).toEqual(others),
  );

  it.each([[undefined], [''], ['#sales'], ['nobody']])('are not known: %j', (recipient) =>
    expect(otherRecipients(report(recipient), OWN)).toBeNull(),
  );

  it('of other channels are no addresses', () => {
    expect(otherRecipients(report('boss@seller.example', 'sms_delivered'), OWN)).toBeNull();
  });

  it('are the same for a domain in its own script and in ASCII', () => {
    expect(
      otherRecipients(report('jos@bücher.example'), addressesOf('jos@xn--bcher-kva.example')),
    ).toBeNull();
  });

  it('of events from earlier versions are read from their values', () => {
    const old = { ...report(undefined), values: { recipient: 'Boss <boss@seller.example>' } };
    expect(recipientsOf(old)).toEqual(['boss@seller.example']);
  });

  it('are the person wherever one of the person’s addresses is among them, in any form and order', () => {
    const address = fc.constantFrom('ann@acme.example', 'b@x.example', 'c@y.example', 'ann+1@acme.example');
    const form = fc.constantFrom(
      (one: string) => one,
      (one: string) => one.toUpperCase(),
      (one: string) => `<${one}>`,
      (one: string) => `"Lee, Ann" <${one}>`,
    );
    const list = fc.array(fc.tuple(address, form), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(list, fc.constantFrom(', ', ';', ','), (parts, separator) => {
        const text = parts.map(([one, write]) => write(one)).join(separator);
        const isOwn = parts.some(([one]) => one.startsWith('ann'));
        expect(otherRecipients(report(text), OWN) === null).toBe(isOwn);
      }),
    );
  });
});
