import { beforeEach, describe, expect, it } from 'vitest';
import {
  contactsLinkedToSurvivor,
  contactsWithGainedAddresses,
  isKnownSurvivor,
  observeLoggedAddresses,
  observeMerges,
} from './merged-contacts.ts';
import { holderOf, type Observer, observeContact, observeDeal, observeMissingContact } from './observe.ts';
import { applyChanges, createPeople, type People, putPerson } from './people.ts';

const ANN = 'ann@acme.example';
const ANNE = 'anne@acme.example';
const ANN_LEE = 'ann.lee@acme.example';
const BO = 'bo@acme.example';
const INFO = 'info@acme.example';
const MINUTE = 60_000;
/** When the contacts are merged. */
const T = 100 * MINUTE;

let people: People;
let observer: Observer;
/** The addresses of the contacts that exist. */
let contacts: Map<number, string[]>;
beforeEach(() => {
  people = createPeople();
  let keys = 0;
  observer = { identifyBy: 'email', newKey: () => `p_${String(keys++).padStart(3, '0')}`, at: 0 };
  contacts = new Map();
});

/** A contact is read. Those that it may have taken the place of are checked first, as in the pipeline. */
function read(id: number, ...addresses: string[]): void {
  contacts.set(id, addresses);
  for (const checked of contactsWithGainedAddresses(people, [{ id, addresses }]))
    if (!contacts.has(checked)) applyChanges(people, observeMissingContact(people, checked, observer.at));
  applyChanges(people, observeContact(people, { id, addresses }, observer));
}
const deal = (id: number, ...contactIds: number[]) =>
  applyChanges(people, observeDeal(people, id, contactIds, observer.at));
/** As if a plan had sent the contact's person to Customer.io. */
const identified = (id: number, identifier: string) =>
  putPerson(people, { ...holderOf(people, id)!, identifier, attributes: {} });

/** The events log shows a merge: the survivor and its deals are read, and the contacts linked to it are checked. */
function logShowsMerge(id: number, addresses: string[], deals: Record<number, number[]> = {}): void {
  const survivor = { id, addresses, dealIds: Object.keys(deals).map(Number) };
  contacts.set(id, addresses);
  for (const checked of contactsLinkedToSurvivor(people, survivor))
    if (!contacts.has(checked)) applyChanges(people, observeMissingContact(people, checked, T));
  applyChanges(people, observeContact(people, survivor, observer));
  for (const [dealId, on] of Object.entries(deals)) deal(Number(dealId), ...on);
  applyChanges(people, observeMerges(people, [{ contactId: id, at: T }]));
}

describe.each(['email', 'contact_id'] as const)(
  'a merge that no webhook reported, identified by %s',
  (identifyBy) => {
    beforeEach(() => {
      observer.identifyBy = identifyBy;
      read(501, ANN);
      deal(7001, 501);
      identified(501, identifyBy === 'email' ? ANN : '501');
      observer.at = T + MINUTE;
    });

    it('is seen where the survivor has got the address of a contact that is gone', () => {
      read(502, BO);
      identified(502, identifyBy === 'email' ? BO : '502');
      contacts.delete(501);
      read(502, BO, ANN);
      expect(people.byKey.size).toBe(1);
      expect(people.joins).toHaveLength(1);
    });

    it('is seen by a place on a deal, where the address was changed twice and the last one was never read', () => {
      read(501, ANNE);
      read(502, BO);
      deal(7002, 502);
      contacts.delete(501);
      logShowsMerge(502, [BO, ANN_LEE], { 7001: [502], 7002: [502] });
      expect(people.byKey.size).toBe(1);
    });

    it('is seen where the survivor was not known before', () => {
      contacts.delete(501);
      logShowsMerge(502, [BO, ANN_LEE], { 7001: [502] });
      expect(people.byKey.size).toBe(1);
      expect(holderOf(people, 502)?.identifier).toBe(identifyBy === 'email' ? ANN : '501');
    });

    it('is seen by second addresses, where the survivor has all that the other contact had', () => {
      read(501, ANNE, INFO);
      read(502, BO, INFO);
      putPerson(people, { ...holderOf(people, 501)!, email: ANN });
      contacts.delete(501);
      logShowsMerge(502, [BO, INFO, ANNE]);
      expect(people.byKey.size).toBe(1);
    });

    it('leaves a contact alone that exists', () => {
      read(502, BO, ANN);
      logShowsMerge(502, [BO, ANN], { 7001: [501, 502] });
      expect(holderOf(people, 501)).not.toBe(holderOf(people, 502));
    });

    it('leaves a contact alone that shares a second address only', () => {
      read(501, ANN, INFO);
      read(502, BO);
      contacts.delete(501);
      logShowsMerge(502, [BO, INFO]);
      expect(holderOf(people, 501)).not.toBe(holderOf(people, 502));
    });

    it('leaves a colleague alone who was deleted at the same time from a deal of both', () => {
      observer.at = 0;
      read(502, BO);
      deal(7001, 501, 502);
      observer.at = T + MINUTE;
      contacts.delete(501);
      logShowsMerge(502, [BO, ANN_LEE], { 7001: [502] });
      expect(people.byKey.size).toBe(2);
    });

    it('leaves a contact alone that had left the deal long before', () => {
      observer.at = T - 60 * MINUTE;
      deal(7001);
      observer.at = T + MINUTE;
      contacts.delete(501);
      logShowsMerge(502, [BO], { 7001: [502] });
      expect(people.byKey.size).toBe(2);
    });
  },
);

describe('contacts to check', () => {
  it('are those of another person whose address a contact has got, once', () => {
    read(501, ANN);
    read(502, BO);
    const both = { id: 502, addresses: [BO, ANN] };
    expect(contactsWithGainedAddresses(people, [both])).toEqual([501]);
    observer.identifyBy = 'contact_id';
    applyChanges(people, observeContact(people, both, observer));
    expect(contactsWithGainedAddresses(people, [both])).toEqual([]);
  });

  it('of a merge are those of people with an address or a deal of the survivor', () => {
    read(501, ANN);
    read(503, INFO);
    deal(7001, 503);
    const survivor = { id: 502, addresses: [ANN], dealIds: [7001] };
    expect(contactsLinkedToSurvivor(people, survivor)).toEqual([501, 503]);
    expect(isKnownSurvivor(people, survivor)).toBe(true);
    expect(isKnownSurvivor(people, { id: 502, addresses: [BO], dealIds: [7002] })).toBe(false);
  });
});

describe('an address that only the events log shows', () => {
  const logShows = (id: number, addresses: string[], at: number) =>
    applyChanges(people, observeLoggedAddresses(people, { id, addresses }, { ...observer, at }));
  beforeEach(() => {
    read(501, ANN);
    identified(501, ANN);
    read(502, BO);
    identified(502, BO);
    contacts.delete(501);
    observer.at = T + MINUTE;
  });

  it('finds the contact that had it last, and is gone since a merge', () => {
    logShows(501, [ANNE], T - MINUTE);
    logShowsMerge(502, [BO, ANNE]);
    expect(people.joins).toHaveLength(1);
    expect(holderOf(people, 501)).toBe(holderOf(people, 502));
  });

  it('joins nobody by itself, and says nothing of contacts that nobody has', () => {
    logShows(501, [BO], T - MINUTE);
    logShows(503, [BO], T - MINUTE);
    expect(people.joins).toEqual([]);
    expect(people.byKey.size).toBe(2);
  });

  it('does not count where the contact was read later', () => {
    read(501, ANN_LEE);
    logShows(501, [ANNE], T);
    expect(holderOf(people, 501)!.email).toBe(ANN_LEE);
  });
});
