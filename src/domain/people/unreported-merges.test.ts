import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contactsLinkedToSurvivor,
  contactsWithGainedAddresses,
  isKnownSurvivor,
  type Merge,
  observeLoggedAddresses,
  observeMerges,
} from './merged-contacts.ts';
import { contactsOf } from './names.ts';
import { holderOf, type Observer, observeContact, observeDeal, observeMissingContact } from './observe.ts';
import { applyChanges, createPeople, type People } from './people.ts';

/**
 * Random histories of an account whose merges no webhook reports: only the events log shows the survivors. Addresses are
 * changed without a report, too, which only the log shows; links of deals are reported. All are read at any time, as the pipeline reads them. The log is
 * read before a deal is given to another contact: where the deal of a merged contact is given to the survivor of another merge
 * before, and no address shows whose it was, that cannot be known.
 */

const RUNS = Number(process.env.STAGEPOST_FUZZ_RUNS ?? 300);
const CONTACTS = [501, 502, 503, 504];
const DEALS = [7001, 7002, 7003];
const MINUTE = 60_000;

const contact = fc.constantFrom(...CONTACTS);
const deal = fc.constantFrom(...DEALS);
const step = fc.oneof(
  fc.record({ do: fc.constant('changeAddress' as const), contact }),
  fc.record({ do: fc.constant('merge' as const), contact, into: contact }),
  fc.record({
    do: fc.constant('link' as const),
    deal,
    contacts: fc.uniqueArray(contact, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ do: fc.constant('readDeal' as const), deal }),
  fc.constant({ do: 'readLog' as const }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface PlayedMerge extends Merge {
  goneId: number;
  /** The addresses of the gone contact. */
  addresses: string[];
  /** The deals of the gone contact. */
  deals: number[];
  /** Whether the gone contact had been read at all, and with these addresses. */
  wasKnown: boolean;
  wasRead: boolean;
  /** Whether the log shows that the gone contact got these addresses. */
  wasLogged: boolean;
  /** Whether, when the log was read, the survivor had the addresses, and was the only new contact on a deal. */
  hasAddresses: boolean;
  hasPlace: boolean;
}

class Account {
  /** The addresses of contacts that exist. Nobody else ever has one of them, but the survivor of a merge. */
  readonly contacts = new Map<number, string[]>();
  readonly deals = new Map<number, number[]>(DEALS.map((id) => [id, []]));
  readonly merges: PlayedMerge[] = [];
  readonly people: People = createPeople();
  readonly #observer: Observer;
  /** The addresses of each contact when it was last read. */
  readonly #read = new Map<number, string>();
  /** The contacts that were linked to each deal at any time. */
  readonly #linked = new Map<number, number[]>(DEALS.map((id) => [id, []]));
  #unread = 0;
  /** Changes of addresses that the log has and that were not read of it yet, and the last one of each contact. */
  #changes: { id: number; addresses: string[]; at: number }[] = [];
  readonly #logged = new Map<number, string>();
  #keys = 0;
  #addresses = 0;

  constructor(identifyBy: Observer['identifyBy']) {
    this.#observer = { identifyBy, newKey: () => `p_${String(this.#keys++).padStart(3, '0')}`, at: 0 };
    for (const id of CONTACTS) this.contacts.set(id, [this.#newAddress()]);
  }

  do(one: Step): void {
    this.#observer.at += 2 * MINUTE;
    if (one.do === 'readDeal') this.readDeals([one.deal]);
    if (one.do === 'readLog') this.readLog();
    if (one.do === 'changeAddress' && this.contacts.has(one.contact)) this.#changeAddress(one.contact);
    if (one.do === 'link') {
      this.readLog();
      this.deals.set(
        one.deal,
        one.contacts.filter((id) => this.contacts.has(id)),
      );
      this.#linked.get(one.deal)!.push(...this.deals.get(one.deal)!);
      this.readDeals([one.deal]);
    }
    if (one.do === 'merge') this.#merge(one.contact, one.into);
  }

  #changeAddress(id: number): void {
    const addresses = [this.#newAddress()];
    this.contacts.set(id, addresses);
    this.#changes.push({ id, addresses, at: this.#observer.at });
    this.#logged.set(id, addresses.join());
  }

  #merge(goneId: number, survivorId: number): void {
    const [gone, survivor] = [this.contacts.get(goneId), this.contacts.get(survivorId)];
    if (!gone || !survivor || goneId === survivorId) return;
    this.merges.push({
      ...{ contactId: survivorId, goneId, at: this.#observer.at, addresses: gone },
      deals: DEALS.filter((id) => this.deals.get(id)!.includes(goneId)),
      ...{ wasKnown: this.#read.has(goneId), wasRead: this.#read.get(goneId) === gone.join() },
      ...{ wasLogged: this.#logged.get(goneId) === gone.join(), hasAddresses: false, hasPlace: false },
    });
    this.contacts.set(survivorId, [...survivor, ...gone]);
    this.contacts.delete(goneId);
    for (const [id, on] of this.deals)
      this.deals.set(id, [...new Set(on.map((one) => (one === goneId ? survivorId : one)))]);
  }

  readLog(): void {
    const merges = this.merges.slice(this.#unread);
    this.#unread = this.merges.length;
    for (const merge of merges) {
      const id = this.survivorOf(merge.contactId);
      merge.hasAddresses = merge.addresses.every((address) => this.contacts.get(id)!.includes(address));
      const isNew = (dealId: number, other: number) => !this.#linked.get(dealId)!.includes(other);
      merge.hasPlace = merge.deals.some(
        (dealId) =>
          this.deals
            .get(dealId)!
            .filter((other) => isNew(dealId, other))
            .join() === String(id) &&
          !this.#linked.get(dealId)!.some((other) => other !== merge.goneId && this.survivorOf(other) === id),
      );
    }
    const survivors = merges.flatMap(({ contactId: id, at }) => {
      const addresses = this.contacts.get(id);
      const dealIds = DEALS.filter((dealId) => this.deals.get(dealId)!.includes(id));
      return addresses ? [{ id, addresses, dealIds, at }] : [];
    });
    const isRead = (id: number) => this.#isReadWithSurvivors(id, survivors);
    for (const change of this.#changes.splice(0))
      if (!isRead(change.id))
        this.#apply(observeLoggedAddresses(this.people, change, { ...this.#observer, at: change.at }));
    for (const survivor of survivors)
      for (const id of contactsLinkedToSurvivor(this.people, survivor))
        if (!this.contacts.has(id)) this.#apply(observeMissingContact(this.people, id, survivor.at));
    for (const survivor of survivors.filter((one) => isKnownSurvivor(this.people, one)))
      this.#see(survivor.id);
    this.readDeals(survivors.flatMap(({ dealIds }) => dealIds));
    this.#apply(observeMerges(this.people, merges));
  }

  #isReadWithSurvivors(id: number, survivors: { id: number; dealIds: number[] }[]): boolean {
    return survivors.some(
      (one) => one.id === id || one.dealIds.some((dealId) => this.deals.get(dealId)!.includes(id)),
    );
  }

  readDeals(ids: number[]): void {
    const on = ids.flatMap((id) => this.deals.get(id)!);
    const read = on.map((id) => ({ id, addresses: this.contacts.get(id)! }));
    for (const id of contactsWithGainedAddresses(this.people, read))
      if (!this.contacts.has(id)) this.#apply(observeMissingContact(this.people, id, this.#observer.at));
    for (const id of on) this.#see(id);
    for (const id of ids) this.#apply(observeDeal(this.people, id, this.deals.get(id)!, this.#observer.at));
  }

  #see(id: number): void {
    const addresses = this.contacts.get(id)!;
    this.#read.set(id, addresses.join());
    this.#apply(observeContact(this.people, { id, addresses }, this.#observer));
  }

  #apply(changes: Parameters<typeof applyChanges>[1]): void {
    applyChanges(this.people, changes);
  }

  #newAddress(): string {
    return `a${this.#addresses++}@x.example`;
  }

  /** The contact that a contact is now. */
  readonly survivorOf = (id: number): number => this.mergesOf(id).at(-1)?.contactId ?? id;

  /** The merges that made another contact of a contact, one after the other. */
  mergesOf(id: number): PlayedMerge[] {
    const merge = this.merges.find(({ goneId }) => goneId === id);
    return merge ? [merge, ...this.mergesOf(merge.contactId)] : [];
  }
}

describe.each(['email', 'contact_id'] as const)('unreported merges, identified by %s', (identifyBy) => {
  const always = (check: (account: Account) => void) =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const account = new Account(identifyBy);
        for (const one of steps) account.do(one);
        account.do({ do: 'readLog' });
        account.readDeals(DEALS);
        check(account);
      }),
      { numRuns: RUNS },
    );
  /** Contacts of which each merge that they went through can be known are their last survivor's person. */
  const areJoined = (account: Account, isKnown: (merge: PlayedMerge) => boolean) => {
    for (const { goneId } of account.merges)
      if (account.mergesOf(goneId).every(isKnown))
        expect(holderOf(account.people, goneId)).toBe(holderOf(account.people, account.survivorOf(goneId)));
  };

  it('make nobody one person with somebody else', () => {
    always((account) => {
      for (const person of account.people.byKey.values())
        expect(new Set(contactsOf(person).map(account.survivorOf)).size).toBe(1);
    });
  });

  it('make one person where the survivor has the addresses that the other contact was read with', () => {
    always((account) => areJoined(account, ({ wasRead, hasAddresses }) => wasRead && hasAddresses));
  });

  it('make one person where the survivor has the address that the log shows of the other contact', () => {
    always((account) => {
      areJoined(account, ({ wasKnown, wasLogged, hasAddresses }) => wasKnown && wasLogged && hasAddresses);
    });
  });

  it('make one person where the survivor has taken the place of the other contact on a deal', () => {
    always((account) => areJoined(account, ({ wasKnown, hasPlace }) => wasKnown && hasPlace));
  });
});
