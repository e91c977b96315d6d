import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPeople } from './join-people.ts';
import { currentContacts, holds } from './names.ts';
import { holderOf, type Observer, observeContact, observeDeal, observeMissingContact } from './observe.ts';
import { observeReport, personOfReport } from './observe-report.ts';
import { applyChanges, createPeople, type People } from './people.ts';
import type { KnownPerson } from './person-types.ts';

/** Random histories of a small account, of which any part is read at any time, and in full at the end. */

const RUNS = Number(process.env.STAGEPOST_FUZZ_RUNS ?? 300);
const CONTACTS = [501, 502, 503];
const DEALS = [7001, 7002];
const ADDRESSES = ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'];

interface Account {
  contacts: Map<number, string[]>;
  deals: Map<number, number[]>;
  /** Contacts that were deleted or merged, by the contact that has their addresses now. */
  deleted: Set<number>;
}

type Step =
  | { do: 'write'; contact: number; addresses: string[] }
  | { do: 'delete' | 'restore'; contact: number }
  | { do: 'merge'; contact: number; into: number }
  | { do: 'link'; deal: number; contacts: number[] }
  | { do: 'deleteDeal'; deal: number }
  | { do: 'read'; deal: number }
  | { do: 'report'; email: string; cioId: string };

const contact = fc.constantFrom(...CONTACTS);
const deal = fc.constantFrom(...DEALS);
const addresses = fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), contact, addresses }),
  fc.record({ do: fc.constantFrom('delete' as const, 'restore' as const), contact }),
  fc.record({ do: fc.constant('merge' as const), contact, into: contact }),
  fc.record({
    do: fc.constant('link' as const),
    deal,
    contacts: fc.uniqueArray(contact, { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('deleteDeal' as const), deal }),
  fc.record({ do: fc.constant('read' as const), deal }),
  fc.record({
    do: fc.constant('report' as const),
    email: fc.constantFrom(...ADDRESSES),
    cioId: fc.constantFrom('c1', 'c2'),
  }),
);

function apply(account: Account, people: People, observer: Observer, { ...event }: Step): void {
  const { contacts, deals, deleted } = account;
  switch (event.do) {
    case 'write':
      if (!deleted.has(event.contact)) contacts.set(event.contact, event.addresses);
      return;
    case 'delete':
      deleted.add(event.contact);
      for (const [id, on] of deals)
        deals.set(
          id,
          on.filter((one) => one !== event.contact),
        );
      applyChanges(people, observeMissingContact(people, event.contact, observer.at));
      return;
    case 'restore':
      deleted.delete(event.contact);
      return;
    case 'merge': {
      if (event.contact === event.into || deleted.has(event.contact) || deleted.has(event.into)) return;
      const both = [...(contacts.get(event.into) ?? []), ...(contacts.get(event.contact) ?? [])];
      contacts.set(event.into, [...new Set(both)]);
      deleted.add(event.contact);
      for (const [id, on] of deals)
        deals.set(id, [...new Set(on.map((one) => (one === event.contact ? event.into : one)))]);
      applyChanges(people, observeMissingContact(people, event.contact, observer.at));
      return;
    }
    case 'link':
      deals.set(
        event.deal,
        event.contacts.filter((id) => !deleted.has(id)),
      );
      return;
    case 'deleteDeal':
      deals.delete(event.deal);
      return;
    case 'read':
      readDeal(account, people, observer, event.deal);
      return;
    case 'report':
      applyChanges(people, observeReport(people, { id: null, ...event }, observer.at));
  }
}

function readDeal({ contacts, deals }: Account, people: People, observer: Observer, id: number): void {
  const on = deals.get(id) ?? null;
  for (const one of on ?? [])
    applyChanges(people, observeContact(people, { id: one, addresses: contacts.get(one) ?? [] }, observer));
  applyChanges(people, observeDeal(people, id, on, observer.at));
}

/** Contacts first, so that an address that moved between them is known wherever it is now. */
function readAll(account: Account, people: People, observer: Observer): void {
  for (const id of CONTACTS) {
    if (account.deleted.has(id)) applyChanges(people, observeMissingContact(people, id, observer.at));
    else if (account.contacts.has(id))
      applyChanges(people, observeContact(people, { id, addresses: account.contacts.get(id)! }, observer));
  }
  for (const id of DEALS) readDeal(account, people, observer, id);
}

function run(steps: Step[], identifyBy: Observer['identifyBy']) {
  const account: Account = {
    contacts: new Map(CONTACTS.map((id, index) => [id, [ADDRESSES[index]!]])),
    deals: new Map(DEALS.map((id) => [id, []])),
    deleted: new Set(),
  };
  const people = createPeople();
  let keys = 0;
  const observer: Observer = { identifyBy, newKey: () => `p_${String(keys++).padStart(3, '0')}`, at: 0 };
  for (const one of steps) {
    observer.at += 1;
    apply(account, people, observer, one);
  }
  observer.at += 1;
  readAll(account, people, observer);
  observer.at += 1;
  readAll(account, people, observer);
  return { account, people, observer };
}

const living = ({ contacts, deleted }: Account) => [...contacts.keys()].filter((id) => !deleted.has(id));

describe.each(['email', 'contact_id'] as const)('after any history, identified by %s', (identifyBy) => {
  const always = (check: (result: ReturnType<typeof run>) => void) =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => check(run(steps, identifyBy))),
      { numRuns: RUNS },
    );

  it('each contact is one person', () => {
    always(({ account, people }) => {
      for (const id of living(account)) {
        const holders = [...people.byKey.values()].filter((one) => currentContacts(one).includes(id));
        expect(holders).toHaveLength(1);
      }
    });
  });

  it('links are those of the last reading', () => {
    always(({ account, people }) => {
      for (const person of people.byKey.values()) {
        const own = currentContacts(person);
        const expected = DEALS.filter((id) => account.deals.get(id)?.some((one) => own.includes(one)));
        const links = person.links.filter(holds).map(({ dealId }) => dealId);
        expect(links.sort()).toEqual(expected);
      }
    });
  });

  it('reading everything again changes nothing', () => {
    always(({ account, people, observer }) => {
      const before = new Map(people.byKey);
      readAll(account, people, { ...observer, at: observer.at + 1 });
      expect(people.byKey).toEqual(before);
    });
  });

  it('a report of an address finds the person who has it', () => {
    always(({ account, people }) => {
      for (const id of living(account)) {
        const person = holderOf(people, id)!;
        for (const email of account.contacts.get(id)!) {
          const found = personOfReport(people, { id: null, email, cioId: null });
          const hasIt = found?.names.some(
            (name) => holds(name) && name.kind === 'address' && name.value === email,
          );
          expect(hasIt).toBe(true);
          if (person.email === email && identifyBy === 'email') expect(found).toBe(person);
        }
      }
    });
  });
});

it('where the address is the identity, no two people have one address to write to', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { people } = run(steps, 'email');
      const emails = [...people.byKey.values()]
        .filter((person) => currentContacts(person).length > 0)
        .flatMap(({ email }) => (email === null ? [] : [email]));
      expect(new Set(emails).size).toBe(emails.length);
    }),
    { numRuns: RUNS },
  );
});

describe('joining people', () => {
  const name = fc.record({
    kind: fc.constantFrom('address' as const, 'contact' as const, 'identifier' as const),
    value: fc.constantFrom('1', '2'),
    source: fc.constantFrom('kommo', 'report'),
    since: fc.constant(0),
    until: fc.constantFrom(null, 5),
  });
  const link = fc.record({
    dealId: fc.constantFrom(1, 2),
    role: fc.constantFrom('main' as const, 'other' as const),
    contactId: fc.constant(null),
    since: fc.constant(0),
    until: fc.constantFrom(null, 5),
  });
  const uniqueNames = fc.uniqueArray(name, { selector: (one) => `${one.kind}${one.value}${one.source}` });
  const person = (key: string) =>
    fc.record({ names: uniqueNames, links: fc.uniqueArray(link, { selector: ({ dealId }) => dealId }) }).map(
      (own): KnownPerson => ({
        ...{ key, formerKeys: [], identifier: null, email: null, contactId: null, dealId: null },
        ...{ attributes: null, fields: {}, ...own },
      }),
    );
  const join = (a: KnownPerson, b: KnownPerson) => joinPeople(a, b, 'same')[0];
  /** What is known of a person, without the order in which it was learnt. */
  const facts = ({ key, formerKeys, names, links }: KnownPerson) => ({
    key,
    formerKeys: [...formerKeys].sort(),
    names: names.map((one) => JSON.stringify(one)).sort(),
    links: links.map((one) => JSON.stringify(one)).sort(),
  });

  it('gives the same whichever is joined to which, and in whatever order', () => {
    fc.assert(
      fc.property(person('a'), person('b'), person('c'), (a, b, c) => {
        const expected = facts(join(join(a, b), c));
        expect(facts(join(c, join(b, a)))).toEqual(expected);
        expect(facts(join(a, join(c, b)))).toEqual(expected);
      }),
    );
  });
});
