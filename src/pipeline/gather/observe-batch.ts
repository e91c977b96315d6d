import { addressesOf } from '../../domain/address.ts';
import type { Contact } from '../../domain/entities.ts';
import type { MailReport, StagepostEvent } from '../../domain/events.ts';
import { gainedAddresses, observeLostProfiles } from '../../domain/people/lost-profiles.ts';
import { observeLoggedAddresses, observeMerges } from '../../domain/people/merged-contacts.ts';
import { isOn } from '../../domain/people/names.ts';
import {
  type ObservedContact,
  type Observer,
  observeContact,
  observeDeal,
  observeMissingContact,
} from '../../domain/people/observe.ts';
import { observeFound, observeReport } from '../../domain/people/observe-report.ts';
import { applyChanges, personWith } from '../../domain/people/people.ts';
import { isTestId } from '../../domain/people/test-person.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { PersonLookup } from './look-up-person.ts';
import type { PlanningState } from './planning-state.ts';
import { namesOfFound, statedNames } from './report-names.ts';
import type { DealRequirement } from './requirements.ts';

type State = Pick<PlanningState, 'people'>;

/** The reports of a batch teach other names of recorded people, but for those about test people, who are no clients. */
export function observeReports({ people }: State, events: StagepostEvent[], at: number): void {
  for (const event of events)
    if (event.kind === 'mail_report' && !isTestId(event.person.id))
      applyChanges(people, observeReport(people, statedNames(event), at));
}

/** Records the people that look-ups have found, and gives each look-up its person's key. */
export function observeLookups(
  { people }: State,
  reports: MailReport[],
  found: ReadonlyMap<string, PersonLookup>,
  observer: Observer,
): void {
  for (const report of reports) {
    const lookup = found.get(report.reportId);
    if (!lookup || lookup.key !== null || lookup.dealIds.length === 0) continue;
    const { person, changes } = observeFound(people, lookup, namesOfFound(report, lookup), observer);
    applyChanges(people, changes);
    lookup.key = person.key;
  }
}

/** What was read for a batch. */
export interface Reading {
  events: StagepostEvent[];
  required: DealRequirement[];
  /** By id. A deal that was required and is missing is gone. */
  deals: ReadonlyMap<number, DealContext>;
  /** The surviving contacts of merges, where anybody with their addresses or deals is known. */
  survivors?: Contact[];
  /** Contacts that turned out to be gone, with the time from which they count as gone, unix ms. */
  goneContacts?: ReadonlyMap<number, number>;
}

/** Records what Kommo's events log says of contacts that were not read: a contact that is gone is found by its last address. */
export function observeUnread(
  { people }: State,
  {
    events,
    deals,
    survivors = [],
  }: Pick<Reading, 'events' | 'deals'> & { survivors?: { contact: Contact }[] },
  observer: Observer,
): void {
  const changed = events.flatMap((event) =>
    event.kind === 'contact_changed' && event.addresses ? [event] : [],
  );
  if (changed.length === 0) return;
  const contacts = [...deals.values()].flatMap((deal) => deal.contacts);
  const read = new Set([...contacts, ...survivors.map(({ contact }) => contact)].map(({ id }) => id));
  for (const { contactId: id, addresses: emails = [], occurredAt } of changed) {
    if (read.has(id)) continue;
    const at = occurredAt * 1000;
    applyChanges(people, observeLoggedAddresses(people, observed({ id, emails }), { ...observer, at }));
  }
}

/**
 * What was read keeps people, names and links true. Deleted contacts come first: the deals show whether another contact has
 * their addresses now. Merges come last: the deals show whose place the surviving contact has taken.
 */
export function observeReading(
  { people }: State,
  { events, required, deals, survivors = [], goneContacts = new Map() }: Reading,
  observer: Observer,
): void {
  const { at } = observer;
  for (const { kind, id, occurredAt } of contactEvents(events))
    if (kind === 'contact_deleted')
      applyChanges(people, observeMissingContact(people, id, occurredAt * 1000));
  for (const [id, since] of goneContacts) applyChanges(people, observeMissingContact(people, id, since));
  for (const survivor of survivors)
    applyChanges(people, observeContact(people, observed(survivor), observer));
  for (const { contacts, missingContacts } of deals.values()) {
    for (const id of missingContacts) applyChanges(people, observeMissingContact(people, id, at));
    for (const contact of contacts) applyChanges(people, observeContact(people, observed(contact), observer));
  }
  for (const id of new Set(required.map(({ dealId }) => dealId))) {
    const contactIds = deals.get(id)?.deal?.contactIds ?? null;
    applyChanges(people, observeDeal(people, id, contactIds, at));
  }
  const merges = contactEvents(events).filter(({ kind }) => kind === 'contact_merged');
  const merged = merges.map(({ id, occurredAt }) => ({ contactId: id, at: occurredAt * 1000 }));
  applyChanges(people, observeMerges(people, merged));
  if (observer.identifyBy === 'email')
    for (const contact of lostProfiles(people, events))
      applyChanges(people, observeLostProfiles(people, contact, at));
}

/** After a restore: contacts with the addresses under which the lost database may have identified their clients. */
function lostProfiles(people: State['people'], events: StagepostEvent[]): ObservedContact[] {
  return events.flatMap((event) => {
    if (event.kind === 'contact_changed' && event.formerAddresses)
      return [observed({ id: event.contactId, emails: event.formerAddresses })];
    if (event.kind !== 'contact_merged' || !event.isSinceBackup) return [];
    const { contactId: id, occurredAt } = event;
    return [{ id, addresses: gainedAddresses(people, id, occurredAt * 1000) }];
  });
}

function contactEvents(events: StagepostEvent[]) {
  return events.flatMap((event) =>
    'contactId' in event ? [{ kind: event.kind, id: event.contactId, occurredAt: event.occurredAt }] : [],
  );
}

/**
 * The ids of reports whose person turned out to be on none of the deals: those of the person's record, or the one that
 * Customer.io names. An email's own deal is the report's, whoever is on it.
 * @param unconfirmed the ids of the reports to consider
 */
export function reportsOffTheirDeals(
  state: State,
  { found, deals }: { found: ReadonlyMap<string, PersonLookup>; deals: Reading['deals'] },
  unconfirmed: ReadonlySet<string>,
): Set<string> {
  const isOff = (lookup: PersonLookup) => {
    const hasOwnDeal = lookup.ownDealId !== undefined && deals.get(lookup.ownDealId)?.deal;
    return !hasOwnDeal && !isOnDeals(state, lookup);
  };
  const isKnown = (reportId: string) => found.get(reportId)?.key != null;
  return new Set([...unconfirmed].filter((id) => isKnown(id) && isOff(found.get(id)!)));
}

/** Whether the person of a look-up is on one of its deals, as far as is known. */
export function isOnDeals({ people }: State, { key, dealIds }: PersonLookup): boolean {
  const person = key === null ? undefined : personWith(people, key);
  return person !== undefined && dealIds.some((id) => isOn(person, id));
}

/** A contact with its addresses in their normal form. */
export function observed({ id, emails }: Pick<Contact, 'id' | 'emails'>): ObservedContact {
  return { id, addresses: [...new Set(emails.flatMap(addressesOf))] };
}
