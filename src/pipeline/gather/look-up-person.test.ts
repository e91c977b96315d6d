import { describe, expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Connection } from '../connection.ts';
import { attributesOfReports } from './attributes-of-reports.ts';
import { lookUpPerson } from './look-up-person.ts';

const report: MailReport = {
  ...{ kind: 'mail_report', name: 'email_opened', reportId: 'r1', occurredAt: 1, deliveryId: null },
  ...{ person: { id: 'user-7', email: 'ann@private.example', cioId: null }, machine: false, values: {} },
};
const ann = { id: 501, name: 'Ann Lee', dealIds: [7001] };

const failing = (failure: FailureClass | null) => async () => {
  if (failure !== null) throw new DeliveryError(failure, 'Customer.io did not answer.');
  return { kommo_deal_id: 7001, email: 'ann@acme.example' };
};

/** Customer.io names the deal, or fails; Kommo knows these contacts by the report's address. */
function lookUp(failure: FailureClass | null, contacts: (typeof ann)[], mayWait = true) {
  const connection = {
    rules: { identifyBy: 'email', profiles: { idPrefix: '' } },
    app: { attributes: failing(failure) },
    kommo: { searchContacts: async () => ({ contacts, isComplete: true }) },
  } as unknown as Connection;
  return lookUpPerson(connection, report, { maySearch: true, isDoubted: false, mayWait });
}

describe('the search for the person of a report', () => {
  it('ends with the deal that Customer.io names', async () => {
    expect(await lookUp(null, [])).toMatchObject({ dealIds: [7001], isNamedDeal: true });
  });

  it.each(['throttled', 'retryable', 'unknown'] as const)(
    'waits where Kommo knows nobody and Customer.io is %s: it may name the deal',
    (failure) => expect(lookUp(failure, [])).rejects.toMatchObject({ failure: 'retryable' }),
  );

  it('does not wait where Kommo knows the person', async () => {
    expect(await lookUp('throttled', [ann])).toMatchObject({ contactId: 501, dealIds: [7001] });
  });

  it('does not wait for ever', async () => {
    expect(await lookUp('retryable', [], false)).toMatchObject({ dealIds: [], reason: expect.any(String) });
  });

  it.each(['unauthorized', 'permanent'] as const)(
    'does not wait for an App key that is %s',
    async (failure) => {
      expect(await lookUp(failure, [])).toMatchObject({ dealIds: [] });
    },
  );
});

describe('the attributes of many people', () => {
  const read = (failure: FailureClass) =>
    attributesOfReports({ attributesOfMany: failing(failure) } as never, [report]);

  it('are unanswered while Customer.io is busy or away', async () => {
    expect(await read('throttled')).toEqual({ attributes: new Map(), unanswered: new Set(['r1']) });
  });

  it('are nothing where Customer.io refuses', async () => {
    expect(await read('unauthorized')).toEqual({ attributes: new Map(), unanswered: new Set() });
  });
});
