import { fieldEdits } from '../../domain/consent/crm-edit.ts';
import { isSameValue } from '../../domain/consent/crm-value.ts';
import { valueRead } from '../../domain/consent/deal-shows.ts';
import { fieldsSetBy } from '../../domain/consent/projection.ts';
import type { Deal } from '../../domain/entities.ts';
import type { DealChanged, StagepostEvent } from '../../domain/events.ts';
import { holds, searchNames } from '../../domain/people/names.ts';
import { peopleNamed, peopleOnDeal } from '../../domain/people/people.ts';
import { isContactMarked } from '../../domain/plan/consent-edits.ts';
import { contactsRead, type DealContext } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { marksOfContacts } from '../../store/consent/contact-marks.ts';
import { fieldWritesOf } from '../../store/consent/own-writes.ts';
import { lostWrites } from '../../store/consent/unplanned-opt-outs.ts';
import type { Db } from '../../store/database/database.ts';
import type { Compute } from './compute.ts';
import { dealsOfCorrected } from './corrected-addresses.ts';
import type { PlanningState } from './planning-state.ts';
import { type DealRequirement, withPeople } from './requirements.ts';

/** The most other deals of the people of an edited deal that are read: the newest. */
const MAX_OTHER_DEALS = 20;

/** What was read for a batch, with the records about it. */
export interface EditsInput {
  events: StagepostEvent[];
  deals: ReadonlyMap<number, DealContext>;
  state: PlanningState;
  rules: Rules;
  /** Unix ms. */
  now: number;
}

/**
 * Loads what tells edits in Kommo from Stagepost's own writes, for the deals and contacts that differ from their records.
 * @returns the other deals of the people concerned, which show an edit or a corrected address as well
 */
export async function loadEdits(
  db: Db,
  connection: string,
  input: EditsInput,
  compute: Compute,
): Promise<DealRequirement[]> {
  const { deals, state, rules } = input;
  const { consent } = state;
  if (deals.size === 0 && !input.events.some(({ kind }) => kind === 'contact_changed')) return [];
  if (rules.consent.fromCrm && rules.consent.contactField !== null) {
    const contactIds = [...deals.values()].flatMap((found) => contactsRead(found).map(({ id }) => id));
    consent.marks = await marksOfContacts(db, connection, [...new Set(contactIds)]);
  }
  await loadOwnWrites(db, connection, input, compute);
  return compute(() => otherDealsToRead(input));
}

/** Loads Stagepost's own writes to the deals that differ from their records. */
export async function loadOwnWrites(
  db: Db,
  connection: string,
  input: EditsInput,
  compute: Compute,
): Promise<void> {
  if (!input.rules.consent.fromCrm) return;
  const different = await compute(() => differentDeals(input));
  input.state.consent.writes = await fieldWritesOf(db, connection, different);
  if (different.length === 0) return;
  const people = different.flatMap((dealId) => peopleOnDeal(input.state.people, dealId));
  input.state.consent.lost = await lostWrites(db, connection, [...new Set(people.flatMap(searchNames))]);
}

/** The deals of which a status field has another value than it is known to show, in Kommo or in a webhook. */
export function differentDeals(input: EditsInput): number[] {
  return [...input.deals.values()].flatMap(({ deal }) => (deal && differs(deal, input) ? [deal.id] : []));
}

/** The deals that show an edit or a corrected address as well, and are not read yet. */
export function otherDealsToRead(input: EditsInput): DealRequirement[] {
  const { deals, state, rules } = input;
  const corrected = correctedDeals(input);
  if (!rules.consent.fromCrm) return unread(corrected, input);
  const suspects = [...deals.values()].filter((found) => mayBeEdited(found, input));
  const edited = suspects.filter((found) => isEdited(found, input)).flatMap(({ deal }) => deal?.id ?? []);
  const others = edited
    .flatMap((dealId) => peopleOnDeal(state.people, dealId))
    .flatMap(({ links }) => links.filter(holds).map(({ dealId }) => dealId));
  return unread([...corrected, ...others], input);
}

function unread(dealIds: number[], { deals, rules }: EditsInput): DealRequirement[] {
  const others = [...new Set(dealIds)].filter((dealId) => !deals.has(dealId)).sort((a, b) => b - a);
  return others.slice(0, MAX_OTHER_DEALS).map((dealId) => withPeople(dealId, rules));
}

/** The deals of the people whose contact has changed, and whose former address has failed. */
function correctedDeals({ events, state }: EditsInput): number[] {
  const contacts = events.flatMap((event) => (event.kind === 'contact_changed' ? [event.contactId] : []));
  const persons = contacts.flatMap((id) => peopleNamed(state.people, 'contact', String(id)));
  return dealsOfCorrected(persons, state.consent.ledger);
}

/** Whether a status field or the checkbox of a contact differs from its record. Stagepost's own writes do as well. */
function mayBeEdited(found: DealContext, input: EditsInput): boolean {
  return hasOtherMarks(found, input) || (found.deal !== null && differs(found.deal, input));
}

function hasOtherMarks(found: DealContext, { state, rules }: EditsInput): boolean {
  const { marks } = state.consent;
  return contactsRead(found).some(
    (contact) => isContactMarked(contact, rules.consent) !== (marks.get(contact.id) ?? false),
  );
}

function differs(deal: Deal, { events, state, rules }: EditsInput): boolean {
  const shows = state.consent.shows.get(deal.id);
  const changes = changesOf(deal.id, events);
  return fieldsSetBy(rules).some((field) => {
    const shown = shows?.get(field)?.value ?? '';
    const reported = changes.flatMap(({ fields }) => (fields === undefined ? [] : [fields[field] ?? '']));
    return [valueRead(field, deal), ...reported].some((value) => !isSameValue(value, shown));
  });
}

function isEdited(found: DealContext, input: EditsInput): boolean {
  if (hasOtherMarks(found, input)) return true;
  const { events, state, rules, now } = input;
  const { shows, writes } = state.consent;
  const { deal } = found;
  if (deal === null) return false;
  const changes = changesOf(deal.id, events);
  return (changes.length > 0 ? changes : [null]).some((event) => {
    const known = { shows: shows.get(deal.id) ?? new Map(), writes: writes.get(deal.id) };
    return fieldEdits({ deal, event, ...known, readAt: Math.floor(now / 1000) }, rules).length > 0;
  });
}

function changesOf(dealId: number, events: StagepostEvent[]): DealChanged[] {
  return events.filter((event) => event.kind === 'deal_changed' && event.dealId === dealId) as DealChanged[];
}
