import type { Action } from '../actions.ts';
import type { Deal, StageRef } from '../entities.ts';
import type { DealMoved } from '../events.ts';
import { attributesOf, type Person, peopleOf } from '../person.ts';
import { nameOfStageRule, stageRuleFor } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Rules, StageRule } from '../rules/rules.ts';
import { dealScope, evaluate } from '../rules/values.ts';
import { type ClientState, clientScope, clientStateOf, mentionsClient } from './client-state.ts';
import {
  type DealContext,
  type Effect,
  noActions,
  type Plan,
  type PlanContext,
  type PlannedAction,
} from './plan-types.ts';
import { tagChanges } from './tag-changes.ts';

/** The note's text where the rule has none. */
export const DEFAULT_NOTE = "Event '{{ event }}' sent to Customer.io for {{ person }}";

/** A deal entered a stage: identify its people at Customer.io, send them the stage's event, write a note on the deal. */
export function planMove(event: DealMoved, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  const rule = stageRuleFor(event.to, rules);
  const { dealId } = event;
  if (!rule) return { ...noActions(`No rule for ${stageName(event.to, context)}.`), dealId };
  if (context.readAt - event.occurredAt > rules.skipMovesAfterSeconds) {
    const hours = Math.round(rules.skipMovesAfterSeconds / 360) / 10;
    const reason = `Skipped: this stage change was reported more than ${hours} hours after it happened (skip_moves_after).`;
    return { ...noActions(reason), rule: ruleName(rule), dealId };
  }
  const found = context.deals[0];
  if (!found?.deal) return { ...noActions('The deal no longer exists in Kommo.'), dealId };
  const { people, reasons } = peopleOf(found.contacts, rules);
  if (people.length === 0) {
    const clientState = found.contacts.length > 0 ? 'no_address' : null;
    return { ...noActions(reasons.join(' ')), rule: ruleName(rule), dealId, clientState };
  }

  const clients = people.map((person) => ({ person, state: clientStateOf(person, context) }));
  const result: Plan = {
    outcome: 'planned',
    rule: ruleName(rule),
    reason: null,
    actions: [],
    effects: [],
    warnings: [...reasons, ...clients.map(({ state }) => state.sentence).filter((text) => text !== '')],
    person: people[0]!.person,
    dealId,
    clientState: (clients.find(({ state }) => state.isMailable) ?? clients[0]!).state.state,
  };
  const addressed = clients.filter(({ state }) => state.isMailable || rule.unmailableClients === 'send');
  if (addressed.length === 0)
    return { ...result, outcome: 'ignored', reason: skippedReason(result), warnings: reasons };
  // Two people can lead to the same note or tag change: it is written once, after the last event that it reports.
  const writes = new Map<string, PlannedAction>();
  for (const { person, state } of addressed) {
    const track = addPerson(result, person, rule, event, found, context, rules, texts);
    for (const action of writesOn(found.deal, rule, person, state, found, context, texts))
      writes.set(JSON.stringify(action), { action, after: track });
  }
  result.actions.push(...writes.values());
  return result;
}

/** Adds the person's identify and event. @returns the index of the event's action. */
function addPerson(
  result: Plan,
  person: Person,
  rule: StageRule,
  event: DealMoved,
  found: DealContext,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): number {
  const deal = found.deal!;
  const view = { ...found, deal, pipelines: context.pipelines };
  const known = context.known.find((candidate) => candidate.person === person.person)?.attributes ?? null;
  const attributes = attributesOf(person, view, rules, known, texts);
  const scope: Scope = { ...dealScope({ ...view, contact: person.contact }), event: rule.event };
  const data = Object.fromEntries(
    Object.entries(rule.data).map(([name, source]) => [
      name,
      evaluate(source, scope, texts, `The data "${name}" of ${nameOfStageRule(rule)}`),
    ]),
  );

  const identify = result.actions.length;
  result.actions.push(
    {
      action: { kind: 'identify', person: person.person, attributes, timestamp: context.readAt },
      after: null,
    },
    {
      action: { kind: 'track', person: person.person, name: rule.event, data, timestamp: event.occurredAt },
      after: identify,
    },
  );
  result.effects.push({
    kind: 'identified',
    person: person.person,
    email: person.email,
    contactId: person.contact.id,
    dealId: deal.id,
    attributes,
  });
  result.effects.push(...watchesFor(rule, person, event, rules));
  return identify + 1;
}

function watchesFor(rule: StageRule, person: Person, event: DealMoved, rules: Rules): Effect[] {
  return rules.inactivity
    .filter((inactivity) => inactivity.start === rule.event)
    .map(({ start, unless, afterSeconds }) => ({
      kind: 'start_watch',
      start,
      unless,
      person: person.person,
      dealId: event.dealId,
      firesAt: event.occurredAt + afterSeconds,
    }));
}

/** The note and the tag change that the rule wants for a person. */
function writesOn(
  deal: Deal,
  rule: StageRule,
  person: Person,
  state: ClientState,
  found: DealContext,
  context: PlanContext,
  texts: TextRenderer,
): Action[] {
  const scope: Scope = {
    ...dealScope({ ...found, deal, contact: person.contact, pipelines: context.pipelines }),
    event: rule.event,
    person: person.email ?? person.person,
    ...clientScope(state),
  };
  const text = noteText(rule, state, scope, texts);
  const note: Action[] = text === '' ? [] : [{ kind: 'note', dealId: deal.id, text }];
  const tags = rule.tags && tagChanges(rule.tags, deal.id, scope, texts, nameOfStageRule(rule));
  return tags ? [...note, tags] : note;
}

/**
 * The rule's note. For a client who gets no email it would claim a campaign that sends nothing, so it is replaced, unless
 * it speaks of the client's state itself. A rule without a note stays without.
 */
function noteText(rule: StageRule, state: ClientState, scope: Scope, texts: TextRenderer): string {
  const template = rule.note ?? DEFAULT_NOTE;
  const text = texts.renderForKommo(template, scope, `The note of ${nameOfStageRule(rule)}`).trim();
  if (text === '' || state.isMailable || mentionsClient(template)) return text;
  return `Customer.io has the event ${rule.event}, but ${state.sentence}`;
}

/** The reason where the rule leaves out everybody that the deal has. */
function skippedReason({ warnings }: Plan): string {
  return `The rule sends nothing for clients who get no email (unmailable_clients: skip). ${warnings.join(' ')}`;
}

function ruleName(rule: StageRule): string {
  return `${rule.pipelineName} / ${rule.stageName} → ${rule.event}`;
}

/** "the stage Closed - won of the pipeline Sales", or the ids where the names are not known. */
function stageName(stage: StageRef, context: PlanContext): string {
  const pipeline = context.pipelines.find((candidate) => candidate.id === stage.pipelineId);
  const found = pipeline?.stages.find((candidate) => candidate.id === stage.stageId);
  return `the stage ${found?.name ?? stage.stageId} of the pipeline ${pipeline?.name ?? stage.pipelineId}`;
}
