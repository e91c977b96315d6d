import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import { reactionTo } from '../../domain/consent/reaction-to.ts';
import type {
  ChangeEvent,
  ContactDeleted,
  DealMoved,
  MailReport,
  StagepostEvent,
} from '../../domain/events.ts';
import { contactsOf, holds } from '../../domain/people/names.ts';
import { peopleNamed, peopleOnDeal, personWith } from '../../domain/people/people.ts';
import type { KnownPerson } from '../../domain/people/person-types.ts';
import { recipientsOf } from '../../domain/report-recipient.ts';
import { pathsOf } from '../../domain/rules/condition.ts';
import { inactivityRuleFor, stageRuleFor } from '../../domain/rules/find-rule.ts';
import type { Rules, TagRule } from '../../domain/rules/rules.ts';
import { type RequiredParts, requiredParts } from '../../domain/rules/values.ts';
import { dealsOfCorrected } from './corrected-addresses.ts';
import { changesDealFields } from './load-consent.ts';
import type { PersonLookup } from './look-up-person.ts';
import { firstReportKey, type PlanningState } from './planning-state.ts';

/** A deal to read, with the related entities that the rules use. */
export interface DealRequirement {
  dealId: number;
  parts: RequiredParts;
  /** All of the deal's contacts, only the main one, or certain ones by their ids. */
  contacts: 'main' | 'all' | number[];
  /** Contacts to read although they are not on the deal any more. */
  formerContacts?: number[];
}

/** The reports whose person must be found: those whose reaction acts on a deal, or that change what deals show. */
export function reportsRequiringPerson(
  events: StagepostEvent[],
  rules: Rules,
  state: PlanningState,
): MailReport[] {
  return events
    .filter((event) => event.kind === 'mail_report')
    .filter((report) => {
      const own = entriesOfReport(report);
      if (changesDealFields(own, rules, state.consent)) return true;
      const reaction = reactionTo(report, own, rules);
      if (!reaction) return false;
      const isMachine = report.machine && reaction.machineOpens === 'ignore';
      const hadReport = state.firstReports.has(firstReportKey(report.name, report.deliveryId));
      return !isMachine && !(reaction.repeat === 'first' && hadReport);
    });
}

/**
 * The deals that the plans of these events depend on. An event without consequences requires none: every call uses up
 * some of Kommo's seven requests a second.
 * @param people the people of the reports, by report id.
 */
export function requiredDeals(
  events: StagepostEvent[],
  rules: Rules,
  state: PlanningState,
  people: ReadonlyMap<string, PersonLookup>,
): DealRequirement[] {
  return events.flatMap((event) => requiredDealsOf(event, rules, state, people));
}

function requiredDealsOf(
  event: StagepostEvent,
  rules: Rules,
  state: PlanningState,
  people: ReadonlyMap<string, PersonLookup>,
): DealRequirement[] {
  switch (event.kind) {
    case 'deal_moved':
      return dealsRequiredByMove(event, rules);
    case 'deal_listed':
      return [event.isUnread ? dealAlone(event.dealId) : withPeople(event.dealId, rules)];
    case 'deal_changed':
    case 'deal_restored':
    case 'contact_changed':
    case 'contact_restored':
    case 'contact_merged':
    case 'contact_deleted':
      return dealsOfChange(event, state).map((dealId) => withChanged(event, dealId, rules));
    case 'inactivity':
      return [
        {
          dealId: event.dealId,
          parts: inactivityParts(event.start, rules),
          contacts: contactsToRead(personWith(state.people, event.person)),
        },
      ];
    case 'mail_report':
      return dealsRequiredByReport(event, people.get(event.reportId), rules, state);
    case 'deal_deleted':
      return [];
  }
}

/** The deal of a stage change, if the stage has a rule. It can be read ahead, since it depends on no stored person. */
export function dealsRequiredByMove(
  { dealId, to }: Pick<DealMoved, 'dealId' | 'to'>,
  rules: Rules,
): DealRequirement[] {
  return stageRuleFor(to, rules) ? [withPeople(dealId, rules)] : [];
}

/**
 * Where the attributes of people follow the deals of one pipeline: the deals that supply them, of people whose deal in another
 * pipeline has entered a stage.
 */
export function dealsWithAttributes(
  events: StagepostEvent[],
  rules: Rules,
  { people }: Pick<PlanningState, 'people'>,
): DealRequirement[] {
  const { deal: rule } = rules;
  if (rule.kind !== 'pipeline') return [];
  const moves = events.filter((event) => event.kind === 'deal_moved');
  const others = moves.filter(({ to }) => to.pipelineId !== rule.pipelineId && stageRuleFor(to, rules));
  const persons = others.flatMap(({ dealId }) => peopleOnDeal(people, dealId));
  return attributeDeals(persons).map((dealId) => withPeople(dealId, rules));
}

/** The most deals that are read again because a contact came, went or was merged: the newest. */
const MAX_DEALS_OF_CONTACT = 10;

/**
 * The deals whose people a change may concern. A changed deal may have other people now, if anybody is known on it; one to which a
 * client was linked has; and one whose webhook has another status than it shows was edited. Any other deal is not read: nobody
 * whom Stagepost knows can be concerned, and most edits of an account are of such deals. A changed contact concerns the deals that supply the attributes of an
 * identified person, and all of those of a person whose former address has failed. A deal or contact that came back or went, and a merge, concern all deals of the people: their links are read
 * again.
 */
export function dealsOfChange(
  event: ChangeEvent | ContactDeleted,
  { people, consent }: Pick<PlanningState, 'people' | 'consent'>,
): number[] {
  switch (event.kind) {
    case 'deal_changed':
    case 'deal_restored': {
      const isKnown = peopleOnDeal(people, event.dealId).length > 0;
      const linked = event.kind === 'deal_changed' ? event.linkedContact : undefined;
      const isOfClient = linked !== undefined && peopleNamed(people, 'contact', String(linked)).length > 0;
      const isFollowed = [...people.byKey.values()].some(({ dealId }) => dealId === event.dealId);
      return isKnown || isOfClient || isFollowed || consent.edited.has(event.dealId) ? [event.dealId] : [];
    }
    case 'contact_changed': {
      const persons = peopleNamed(people, 'contact', String(event.contactId));
      const own = dealsOfSecondContact(persons, event.contactId);
      return [...new Set([...attributeDeals(persons), ...own, ...dealsOfCorrected(persons, consent.ledger)])];
    }
    default: {
      const persons = peopleNamed(people, 'contact', String(event.contactId));
      const linked = persons.flatMap(({ links }) => links.map(({ dealId }) => dealId));
      const newest = linked.sort((a, b) => b - a).slice(0, MAX_DEALS_OF_CONTACT);
      return [...new Set([...attributeDeals(persons), ...newest])];
    }
  }
}

/** The deals that supply the attributes of these people. */
export function attributeDeals(persons: KnownPerson[]): number[] {
  const identified = persons.filter(({ attributes }) => attributes !== null);
  return [...new Set(identified.map(({ dealId }) => dealId).filter((dealId) => dealId !== null))];
}

/**
 * The newest deal of a contact whose person follows a deal of another contact: only there is the contact read. Two clients may
 * be one person because one of them had the other's address by mistake.
 */
function dealsOfSecondContact(persons: KnownPerson[], contactId: number): number[] {
  return persons.flatMap((person) => {
    if (person.attributes === null || contactsOf(person).length < 2) return [];
    const own = person.links.filter((link) => holds(link) && link.contactId === contactId);
    if (own.length === 0 || own.some(({ dealId }) => dealId === person.dealId)) return [];
    return [Math.max(...own.map(({ dealId }) => dealId))];
  });
}

/**
 * Every deal that a report may apply to, with the related entities that the texts of its reaction use. None where the report
 * needs nothing of its deal.
 */
function dealsRequiredByReport(
  report: MailReport,
  lookup: PersonLookup | undefined,
  rules: Rules,
  state: PlanningState,
): DealRequirement[] {
  if (lookup?.unreadDealId !== undefined) return [];
  const person = lookup?.key ? personWith(state.people, lookup.key) : undefined;
  const reaction = reactionTo(report, entriesOfReport(report), rules);
  const texts = [
    reaction?.note,
    reaction?.task?.text,
    ...Object.values(reaction?.fields ?? {}),
    ...tagTexts(reaction?.tags),
  ];
  const used = requiredParts(texts.filter((text) => typeof text === 'string'));
  const parts = person && wentElsewhere(report, person) ? { ...used, contact: true } : used;
  // Where only Customer.io names the deal, the addresses of its contacts show whether the person is on it.
  const isStranger = person !== undefined && contactsOf(person).length === 0;
  const reading = isStranger
    ? ({ parts: { ...parts, contact: true }, contacts: 'all' } as const)
    : { parts, contacts: contactsToRead(person) };
  return (lookup?.dealIds ?? []).map((dealId) => {
    // Whether the person has left the email's own deal is known only after the reading.
    const isOwn = person !== undefined && dealId === lookup?.ownDealId;
    return { dealId, ...reading, ...(isOwn && { formerContacts: contactsOf(person) }) };
  });
}

/**
 * Whether the message went to another address than the person's recorded one. It may be the present one: Kommo's webhook about
 * the change can be late or lost, and a bounce of the new address must not be taken for one of somebody else's.
 */
function wentElsewhere(report: MailReport, { email }: KnownPerson): boolean {
  const recipients = recipientsOf(report);
  return email !== null && recipients.length > 0 && !recipients.includes(email);
}

/** For `contact.*` in texts: the person's contacts, and the deal's main contact where none is known. */
function contactsToRead(person: KnownPerson | undefined): 'main' | number[] {
  const own = person ? contactsOf(person) : [];
  return own.length > 0 ? own : 'main';
}

function inactivityParts(startEvent: string, rules: Rules): RequiredParts {
  return requiredParts([inactivityRuleFor(startEvent, rules)?.task?.text ?? null]);
}

/** A deal with its people, and the related entities that attributes and stage texts use. */
export function withPeople(dealId: number, rules: Rules): DealRequirement {
  return { dealId, parts: { ...partsOfStages(rules), contact: true }, contacts: rules.contacts };
}

function dealAlone(dealId: number): DealRequirement {
  return { dealId, parts: { contact: false, company: false, user: false }, contacts: 'main' };
}

/** For a change of a contact with a checkbox also that contact, who need not be the main one or on the deal any more. */
function withChanged(event: ChangeEvent | ContactDeleted, dealId: number, rules: Rules): DealRequirement {
  const reading = withPeople(dealId, rules);
  const isRead = event.kind === 'contact_changed' && rules.consent.contactField !== null;
  return isRead ? { ...reading, formerContacts: [event.contactId] } : reading;
}

/** By rules, which do not change: searching all their texts for each event of a batch would take time with long texts. */
const PARTS = new WeakMap<Rules, RequiredParts>();

function partsOfStages(rules: Rules): RequiredParts {
  const texts = () =>
    rules.stages.flatMap(({ note, data, tags }) => [note, ...Object.values(data), ...tagTexts(tags)]);
  const conditions = () => rules.stages.flatMap(({ condition }) => pathsOf(condition));
  const parts =
    PARTS.get(rules) ?? requiredParts([...Object.values(rules.attributes), ...texts(), ...conditions()]);
  PARTS.set(rules, parts);
  return parts;
}

function tagTexts(tags: TagRule | null | undefined): string[] {
  return tags ? [...tags.add, ...tags.remove] : [];
}
