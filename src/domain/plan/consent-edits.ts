import { type ConsentPerson, foldOf, namesOf } from '../consent/client.ts';
import { type EditsInput, type FieldEdit, fieldEdits } from '../consent/crm-edit.ts';
import { foldLedger } from '../consent/fold.ts';
import { recordedFor } from '../consent/ledger.ts';
import { OPT_OUTS } from '../consent/ledger-entry.ts';
import { isLostWrite } from '../consent/lost-writes.ts';
import type { Contact, Deal, UnixSeconds } from '../entities.ts';
import type { ContactChanged, StagepostEvent } from '../events.ts';
import { findByName } from '../find-by-name.ts';
import { currentContacts, searchNames } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';
import { clientsOfDeal } from './clients-of-deal.ts';
import { contactsRead, type DealContext, type Effect, type PlanContext } from './plan-types.ts';

/** What somebody has set in Kommo, and whom it concerns. */
export interface ConsentEdit {
  /** `lost_write`: nobody wishes anything. The lost database has set the value, which the deal shows now. */
  wish: FieldEdit['wish'] | 'lost_write';
  /** Unique in the connection. */
  key: string;
  /** The report whose reaction has the value that was set; else a name for the ledger. */
  name: string;
  at: UnixSeconds;
  /** The user of Kommo, 0 for an integration; null where it is not known. */
  by: number | null;
  people: KnownPerson[];
  /** "email_status was set to "unsubscribed"" */
  what: string;
  /** The field of the deal; null for the checkbox of a contact. */
  field: { dealId: number; name: string; value: string; mayUndo: boolean } | null;
  effects: Effect[];
}

/** The edits on these deals and on their contacts that Stagepost has not made. */
export function consentEdits(event: StagepostEvent, context: PlanContext, rules: Rules): ConsentEdit[] {
  if (!rules.consent.fromCrm) return [];
  const contacts = context.deals.flatMap(contactsRead);
  const eachOnce = new Map(contacts.map((contact) => [contact.id, contact])).values();
  return [
    ...context.deals.flatMap((found) => editsOfFields(event, found, context, rules)),
    ...[...eachOnce].flatMap((contact) => editOfContact(event, contact, context, rules)),
  ];
}

/**
 * Whether somebody has set an opt-out on a deal that was read along with others. It is recorded when its own event is planned, and
 * must not be replaced before.
 */
export function showsNewOptOut({ deal }: DealContext, context: PlanContext, rules: Rules): boolean {
  if (deal === null) return false;
  const people = clientsOfDeal(deal.id, [...context.crm.people.values()], rules);
  const edits = fieldEdits(inputOf(deal, null, context), rules);
  return edits.some(
    (edit) =>
      (edit.wish === 'opt_out' || edit.wish === 'complaint') && !isOfLost(edit, deal, null, people, context),
  );
}

function editsOfFields(
  event: StagepostEvent,
  { deal }: DealContext,
  context: PlanContext,
  rules: Rules,
): ConsentEdit[] {
  if (deal === null) return [];
  const people = clientsOfDeal(deal.id, [...context.crm.people.values()], rules);
  const input = inputOf(deal, event, context);
  return fieldEdits(input, rules)
    .filter((edit) => input.shows.has(edit.field) || !isKnownToShow(edit, people, context))
    .map((edit) => {
      const { field, set, value, wish, report, at, by, mayUndo } = edit;
      const isLost = isOfLost(edit, deal, event, people, context);
      return {
        ...{ wish: isLost ? ('lost_write' as const) : wish, at, by, people },
        key: `deal:${deal.id}:${field}:${at}`,
        name: report ?? NAMES[wish],
        what: set === '' ? `${field} was cleared` : `${field} was set to "${set}"`,
        field: { dealId: deal.id, name: field, value, mayUndo },
        effects: [],
      };
    });
}

/** The lost database may have written a value this long after its report, s. */
const REPORTED_S = 3_600;

/** Whether the lost database has set the value of a field, for a report that a restored one has as well. */
function isOfLost(
  edit: FieldEdit,
  deal: Deal,
  event: StagepostEvent | null,
  people: KnownPerson[],
  { crm: { lost }, ledger }: PlanContext,
): boolean {
  if (!lost) return false;
  const isReported = people.some(
    (person) =>
      searchNames(person).some((name) => lost.reported.has(name)) ||
      recordedFor(ledger, namesOf(person)).some(
        ({ kind, source, at }) => source !== 'kommo' && OPT_OUTS.has(kind) && at >= lost.from - REPORTED_S,
      ),
  );
  const change = event?.kind === 'deal_changed' && event.dealId === deal.id ? event : null;
  return isLostWrite(edit, { deal, change }, isReported, lost);
}

function inputOf(deal: Deal, event: StagepostEvent | null, { shows, crm, readAt }: PlanContext): EditsInput {
  return { deal, event, shows: shows.get(deal.id) ?? new Map(), writes: crm.writes.get(deal.id), readAt };
}

const NAMES: Record<FieldEdit['wish'], string> = {
  opt_out: 'email_unsubscribed',
  complaint: 'email_spammed',
  opt_in: 'customer_subscribed',
  retry: 'suppression_lifted',
};

/**
 * Deals of versions that kept no record of what a deal shows: their value is what the client's reports have set. A complaint of
 * somebody who has only unsubscribed is news. What was set in Kommo is not among it: those versions did not take it for an opt-out.
 */
function isKnownToShow(
  { field, value, wish }: FieldEdit,
  people: KnownPerson[],
  { ledger }: PlanContext,
): boolean {
  return people.some((person) => {
    if (person.fields[field]?.value === value) return true;
    const reported = recordedFor(ledger, namesOf(person)).filter(({ source }) => source !== 'kommo');
    const { state } = foldLedger(reported, person.email).consent;
    return state === 'complained' || (state === 'unsubscribed' && wish !== 'complaint');
  });
}

/** The checkbox of a contact for clients who want no email. It counts at its first reading, too. */
function editOfContact(
  event: StagepostEvent,
  contact: Contact,
  context: PlanContext,
  { consent }: Rules,
): ConsentEdit[] {
  if (consent.contactField === null) return [];
  const [field] = findByName(consent.contactField, contact.fields);
  const isMarked = isContactMarked(contact, consent);
  const before = context.crm.marks.get(contact.id) ?? false;
  const change = event.kind === 'contact_changed' && event.contactId === contact.id ? event : null;
  // Only the webhook of the contact says who has unticked the box.
  if (isMarked === before || (!isMarked && change === null)) return [];
  const at = timeOfMark(isMarked, contact, change, context.readAt);
  const wish = isMarked ? 'opt_out' : 'opt_in';
  return [
    {
      ...{ wish, at, by: change?.by ?? null, name: NAMES[wish], field: null },
      key: `contact:${contact.id}:${at}`,
      people: context.known.filter((person) => currentContacts(person).includes(contact.id)),
      what: `the box "${field?.name ?? consent.contactField}" of ${contact.name || `contact ${contact.id}`} was ${isMarked ? 'ticked' : 'unticked'}`,
      effects: [{ kind: 'contact_marked', contactId: contact.id, isMarked }],
    },
  ];
}

/** Whether the checkbox for clients who want no email is ticked. */
export function isContactMarked({ fields }: Contact, { contactField }: Rules['consent']): boolean {
  return contactField !== null && findByName(contactField, fields)[0]?.values[0] === true;
}

/**
 * A webhook does not say what the box was, so a ticked one counts from the contact's last change: too late rather than too early, so
 * that nothing before it ends the opt-out.
 */
function timeOfMark(
  isMarked: boolean,
  { updatedAt }: Contact,
  change: ContactChanged | null,
  readAt: UnixSeconds,
): UnixSeconds {
  const reported = change?.occurredAt ?? null;
  const at = isMarked ? Math.max(updatedAt ?? readAt, reported ?? 0) : (reported ?? readAt);
  return Math.min(at, readAt);
}

/** Whether the client has opted out, by all that is recorded. */
export function isOut(person: ConsentPerson, context: PlanContext): boolean {
  const { consent } = foldOf(person, context.ledger);
  return consent.state === 'unsubscribed' || consent.state === 'complained';
}
