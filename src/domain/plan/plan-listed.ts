import { en } from '../../languages/en.ts';
import type { BackfillOutcome, LeftOutOutcome } from '../backfill.ts';
import type { Contact, Deal } from '../entities.ts';
import type { DealListed } from '../events.ts';
import { holds, isOn } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import { attributesOf, type Person, peopleOf, sameAttributes } from '../person.ts';
import { stageRuleFor } from '../rules/find-rule.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { clientStateOf } from './client-state.ts';
import { formerProfiles } from './former-profiles.ts';
import { addIdentify } from './identify-person.ts';
import { unreadMainContact } from './main-contact.ts';
import { type DealContext, noActions, type Plan, type PlanContext } from './plan-types.ts';

/** What comes of one person, or of a deal without one. */
interface Result {
  outcome: BackfillOutcome;
  /** A sentence for people; empty where the person is sent. */
  detail: string;
}

/** The outcome of a deal is the first of these among its people. */
const ORDER: readonly BackfillOutcome[] = [
  'new',
  'updated',
  'unchanged',
  'shared_address',
  'duplicate',
  'opted_out',
];

const WITHOUT_EMAIL: readonly BackfillOutcome[] = ['no_contact', 'no_email', 'invalid_email'];

/**
 * A backfill has listed a deal: its people are identified with their attributes, as a stage change would do, and no event is sent.
 * The first deal of a person that is listed supplies the attributes; open deals are listed before closed ones, and those of the
 * pipeline in `person.deal` before the others. Somebody whom a stage has sent already keeps following that deal.
 */
export function planListed(event: DealListed, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  const result: Plan = { ...noActions(''), rule: 'backfill', dealId: event.dealId };
  const found = context.deals.find(({ deal }) => deal?.id === event.dealId);
  if (!found?.deal) return leftOut(result, event, 'deleted', en.reasons.dealGone);
  const { deal } = found;
  if (deal.contactIds.length === 0) return leftOut(result, event, 'no_contact', en.reasons.noContact);
  const results = event.isUnread
    ? recordedPeople(deal, context).map((person) => followsOther(person, null, deal))
    : planPeople(result, { ...found, deal }, context, rules, texts);
  const best = ORDER.flatMap((outcome) => results.find((one) => one.outcome === outcome) ?? [])[0];
  if (!best) {
    const { outcome, detail } = nobody(found, rules, context);
    return leftOut(result, event, outcome, detail);
  }
  result.effects.push({
    kind: 'backfilled',
    backfillId: event.backfillId,
    dealId: deal.id,
    outcome: best.outcome,
    detail: best.detail,
    newPeople: results.filter(({ outcome }) => outcome === 'new').length,
    updatedPeople: results.filter(({ outcome }) => outcome === 'updated').length,
    stage: stageOf(deal, rules),
  });
  const reason = results
    .map(({ detail }) => detail)
    .filter((text) => text !== '')
    .join(' ');
  if (result.actions.length === 0) return { ...result, reason: reason || en.reasons.noSyncedField };
  return {
    ...result,
    outcome: 'planned',
    reason: null,
    warnings: [...result.warnings, ...(reason ? [reason] : [])],
  };
}

function leftOut(result: Plan, event: DealListed, outcome: LeftOutOutcome, detail: string): Plan {
  const { backfillId, dealId } = event;
  const isPassedOver = event.hasEmail === true && WITHOUT_EMAIL.includes(outcome);
  const taken = isPassedOver ? 'passed_over' : outcome;
  const counts = { newPeople: 0, updatedPeople: 0, stage: null };
  result.effects.push({ kind: 'backfilled', backfillId, dealId, outcome: taken, detail, ...counts });
  return { ...result, reason: detail };
}

function stageOf({ stage }: Deal, rules: Rules) {
  const rule = stageRuleFor(stage, rules);
  return rule ? { pipelineId: rule.pipelineId, stageId: rule.stageId, event: rule.event } : null;
}

/** The recorded people on a deal whose contacts were not read, because all of them are known to follow other deals. */
function recordedPeople({ id, contactIds }: Deal, { known }: PlanContext): KnownPerson[] {
  const isLinked = ({ links }: KnownPerson) =>
    links.some((link) => link.dealId === id && holds(link) && contactIds.includes(link.contactId ?? 0));
  return known.filter(isLinked);
}

function planPeople(
  result: Plan,
  found: DealContext & { deal: Deal },
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Result[] {
  const { people, warnings } = peopleOf(found, rules, context.known);
  result.warnings.push(...warnings);
  result.person = people[0]?.person ?? null;
  return people.map((person) => planPerson(result, person, found, context, rules, texts));
}

function planPerson(
  result: Plan,
  person: Person,
  found: DealContext & { deal: Deal },
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Result {
  const { deal } = found;
  const known = context.known.find(({ key }) => key === person.key);
  const name = person.email ?? person.person;
  const isSent = known !== undefined && known.attributes !== null;
  if (isSent && known.dealId !== null && known.dealId !== deal.id && isOn(known, known.dealId))
    return followsOther(known, person.contact, deal);
  const { state, sentence } = clientStateOf(person, context);
  if (!isSent && (state === 'unsubscribed' || state === 'complained'))
    return { outcome: 'opted_out', detail: `${sentence} Nobody is added to Customer.io who has opted out.` };
  const before = known?.attributes ?? null;
  const attributes = attributesOf(person, { ...found, deal, account: context }, rules, before, texts);
  const isSameProfile = known !== undefined && formerProfiles(known, person.person).length === 0;
  if (
    before !== null &&
    isSameProfile &&
    known?.identifier === person.person &&
    sameAttributes(attributes, before)
  )
    return { outcome: 'unchanged', detail: `${name} has these values in Customer.io already.` };
  addIdentify(result, { person, known, dealId: deal.id, attributes }, context, rules);
  return { outcome: before === null ? 'new' : 'updated', detail: '' };
}

function followsOther(
  { contactId, dealId, email, identifier }: KnownPerson,
  contact: Contact | null,
  deal: Deal,
): Result {
  const name = email ?? identifier ?? `contact ${contactId}`;
  if (
    contact !== null &&
    contactId !== null &&
    contactId !== contact.id &&
    !deal.contactIds.includes(contactId)
  )
    return {
      outcome: 'shared_address',
      detail: `Contact ${contact.name || contact.id} has the address of contact ${contactId} (${name}), whose attributes come from deal ${dealId}.`,
    };
  return { outcome: 'duplicate', detail: `The attributes of ${name} come from deal ${dealId}.` };
}

/** Why a deal with contacts has nobody to send. */
function nobody(
  found: DealContext,
  rules: Rules,
  { known }: PlanContext,
): { outcome: LeftOutOutcome; detail: string } {
  const unread = unreadMainContact(found);
  if (found.contacts.length === 0)
    return { outcome: 'contact_unread', detail: unread ?? 'Kommo does not return the contacts of the deal.' };
  const detail = peopleOf(found, rules, known).reasons.join(' ');
  const hasText = found.contacts.some(({ emails }) => emails.length > 0);
  return { outcome: hasText ? 'invalid_email' : 'no_email', detail };
}
