import { describe, expect, it } from 'vitest';
import { knownPerson } from '../../../test/support/entities.ts';
import type { MailReport, PersonRef } from '../../domain/events.ts';
import { createPeople } from '../../domain/people/people.ts';
import type { NameKind } from '../../domain/people/person-types.ts';
import { knownPersonOf, namesOfFound, statedNames } from './report-names.ts';

const name = (kind: NameKind, value: string) => ({ kind, value, source: 'kommo', since: 1, until: null });
const link = { dealId: 5, role: 'main' as const, contactId: null, since: 1, until: null };
const ann = knownPerson({
  ...{ key: 'p_ann', identifier: '501', email: 'ann@acme.example', links: [] },
  names: [name('identifier', '501'), name('address', 'ann@acme.example')],
});
const boss = knownPerson({
  ...{ key: 'p_boss', identifier: '502', email: 'boss@seller.example', links: [link] },
  names: [name('identifier', '502'), name('address', 'boss@seller.example')],
});
const people = createPeople([ann, boss]);

function report(person: PersonRef): MailReport {
  return {
    ...{ kind: 'mail_report', name: 'email_opened', reportId: 'r', person, occurredAt: 1, deliveryId: 'D' },
    ...{ machine: false, values: {} },
  };
}

describe('the address that a message went to', () => {
  const toBoss = { email: 'boss@seller.example', emailIsRecipient: true };

  it('does not decide whom the report is about where there is an identifier', () => {
    expect(knownPersonOf(report({ id: '501', cioId: null, ...toBoss }), people)?.key).toBe('p_ann');
  });

  it('finds a person whose identifier is not known', () => {
    expect(knownPersonOf(report({ id: 'u_1', cioId: null, ...toBoss }), people)?.key).toBe('p_boss');
  });

  it('becomes no name of the person', () => {
    const about = report({ id: '501', cioId: 'c1', ...toBoss });
    expect(statedNames(about)).toEqual({ id: '501', cioId: 'c1', email: null });
    expect(namesOfFound(about, { contactId: 9 })).toEqual({ id: null, cioId: null, email: null });
    expect(namesOfFound(about, { contactId: null })).toEqual({ id: '501', cioId: 'c1', email: null });
  });

  it('is the person’s own where Customer.io states it', () => {
    const about = report({ id: '501', email: ' Ann@ACME.example', cioId: null });
    expect(statedNames(about).email).toBe('ann@acme.example');
  });
});
