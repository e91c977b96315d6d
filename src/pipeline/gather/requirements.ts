import type { DealMoved, MailReport, StagepostEvent } from '../../domain/events.ts';
import type { KnownPerson } from '../../domain/plan/plan-types.ts';
import { inactivityRuleFor, reactionFor, stageRuleFor } from '../../domain/rules/find-rule.ts';
import type { Rules, TagRule } from '../../domain/rules/rules.ts';
import { type RequiredParts, requiredParts } from '../../domain/rules/values.ts';
import type { PersonLookup } from './look-up-person.ts';
import { firstReportKey, type PlanningState } from './planning-state.ts';

/** A deal to read, with the related entities that the rules use. */
export interface DealRequirement {
  dealId: number;
  parts: RequiredParts;
  /** All of the deal's contacts, or only the main one. */
  contacts: 'main' | 'all';
}

/** The reports whose person must be found: those whose reaction acts on a deal. */
export function reportsRequiringPerson(
  events: StagepostEvent[],
  rules: Rules,
  state: PlanningState,
): MailReport[] {
  return events
    .filter((event) => event.kind === 'mail_report')
    .filter((report) => {
      const reaction = reactionFor(report.name, rules);
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
    case 'deal_changed':
    case 'contact_changed':
      return dealsOfChange(event, state).map((dealId) => withPeople(dealId, rules));
    case 'inactivity':
      return [{ dealId: event.dealId, parts: inactivityParts(event.start, rules), contacts: 'main' }];
    case 'mail_report':
      return dealsRequiredByReport(event, people.get(event.reportId)?.dealIds ?? [], rules);
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

/** The deals whose people a change may concern: those that supply the attributes of an identified person. */
export function dealsOfChange(
  event: Extract<StagepostEvent, { kind: 'deal_changed' | 'contact_changed' }>,
  { persons }: PlanningState,
): number[] {
  const isConcerned = ({ attributes, dealId, contactId }: KnownPerson) =>
    attributes !== null &&
    (event.kind === 'deal_changed' ? dealId === event.dealId : contactId === event.contactId);
  const dealIds = [...persons.values()].filter(isConcerned).map(({ dealId }) => dealId);
  return [...new Set(dealIds.filter((dealId) => dealId !== null))];
}

/** Every deal that a report may apply to, with the related entities that the texts of its reaction use. */
function dealsRequiredByReport(report: MailReport, dealIds: number[], rules: Rules): DealRequirement[] {
  const reaction = reactionFor(report.name, rules);
  const texts = [
    reaction?.note,
    reaction?.task?.text,
    ...Object.values(reaction?.fields ?? {}),
    ...tagTexts(reaction?.tags),
  ];
  const parts = requiredParts(texts.filter((text) => typeof text === 'string'));
  return dealIds.map((dealId) => ({ dealId, parts, contacts: 'main' }));
}

function inactivityParts(startEvent: string, rules: Rules): RequiredParts {
  return requiredParts([inactivityRuleFor(startEvent, rules)?.task?.text ?? null]);
}

/** A deal with its people, and the related entities that attributes and stage texts use. */
function withPeople(dealId: number, rules: Rules): DealRequirement {
  return { dealId, parts: { ...partsOfStages(rules), contact: true }, contacts: rules.contacts };
}

/** By rules, which do not change: searching all their texts for each event of a batch would take time with long texts. */
const PARTS = new WeakMap<Rules, RequiredParts>();

function partsOfStages(rules: Rules): RequiredParts {
  const texts = () =>
    rules.stages.flatMap(({ note, data, tags }) => [note, ...Object.values(data), ...tagTexts(tags)]);
  const parts = PARTS.get(rules) ?? requiredParts([...Object.values(rules.attributes), ...texts()]);
  PARTS.set(rules, parts);
  return parts;
}

function tagTexts(tags: TagRule | null | undefined): string[] {
  return tags ? [...tags.add, ...tags.remove] : [];
}
