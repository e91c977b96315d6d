import type { DealMoved, MailReport, StagepostEvent } from '../../domain/events.ts';
import { reactionTo } from '../../domain/plan/plan-report.ts';
import type { Rules, TagRule } from '../../domain/rules/rules.ts';
import { type RequiredParts, requiredParts } from '../../domain/rules/values.ts';
import type { PlanningState } from './planning-state.ts';

/** A deal to read, with the parts of its surroundings that the decision speaks of. */
export interface DealRequirement {
  dealId: number;
  parts: RequiredParts;
  /** All of the deal's contacts, or only the main one. */
  contacts: 'main' | 'all';
}

/**
 * The deals that an event's plan needs, reports left out (their deal is found first). None where the
 * event leads to nothing anyway: every reading costs a part of Kommo's seven requests a second.
 */
export function dealsRequiredBy(
  event: StagepostEvent,
  rules: Rules,
  facts: PlanningState,
): DealRequirement[] {
  const identified = [...facts.persons.values()].filter((person) => person.attributes !== null);
  switch (event.kind) {
    case 'deal_moved':
      return dealsRequiredByMove(event, rules);
    case 'deal_changed':
      return identified.some((person) => person.dealId === event.dealId)
        ? [needOfPeople(event.dealId, rules)]
        : [];
    case 'contact_changed':
      return identified
        .filter((person) => person.contactId === event.contactId && person.dealId !== null)
        .map((person) => needOfPeople(person.dealId!, rules));
    case 'inactivity': {
      const rule = rules.inactivity.find((candidate) => candidate.start === event.start);
      return [{ dealId: event.dealId, parts: requiredParts([rule?.task?.text ?? null]), contacts: 'main' }];
    }
    default:
      return [];
  }
}

/** What a stage change needs, which depends on nobody that is known. */
export function dealsRequiredByMove(
  { dealId, to }: Pick<DealMoved, 'dealId' | 'to'>,
  rules: Rules,
): DealRequirement[] {
  const isRule = rules.stages.some(
    ({ pipelineId, stageId }) => pipelineId === to.pipelineId && stageId === to.stageId,
  );
  return isRule ? [needOfPeople(dealId, rules)] : [];
}

/** What the texts of a report's reaction need of each deal that it may go to. */
export function dealsRequiredByReport(
  report: MailReport,
  dealIds: number[],
  rules: Rules,
): DealRequirement[] {
  const reaction = reactionTo(report.name, rules);
  const texts = [
    reaction?.note,
    reaction?.task?.text,
    ...Object.values(reaction?.fields ?? {}),
    ...tagTexts(reaction?.tags),
  ];
  const parts = requiredParts(texts.filter((text) => typeof text === 'string'));
  return dealIds.map((dealId) => ({ dealId, parts, contacts: 'main' }));
}

/** Reports whose reaction acts on a deal: only for them is anybody looked up. */
export function requiresPerson(report: MailReport, rules: Rules, facts: PlanningState): boolean {
  const reaction = reactionTo(report.name, rules);
  if (!reaction) return false;
  const isMachine = report.machine && reaction.machineOpens === 'ignore';
  const isRepeated =
    reaction.repeat === 'first' && facts.firstReports.has(`${report.name} ${report.deliveryId}`);
  return !isMachine && !isRepeated;
}

/** What the people of a deal need: themselves, and all that their attributes and the stage's texts speak of. */
function needOfPeople(dealId: number, rules: Rules): DealRequirement {
  const texts = rules.stages.flatMap((stage) => [
    stage.note,
    ...Object.values(stage.data),
    ...tagTexts(stage.tags),
  ]);
  const parts = requiredParts([...Object.values(rules.attributes), ...texts]);
  return { dealId, parts: { ...parts, contact: true }, contacts: rules.contacts };
}

function tagTexts(tags: TagRule | null | undefined): string[] {
  return tags ? [...tags.add, ...tags.remove] : [];
}
