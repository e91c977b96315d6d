import { en } from '../../languages/en.ts';
import type { Action } from '../actions.ts';
import { isSameStage } from '../backfill.ts';
import { onDay } from '../describe-mailability.ts';
import type { Contact, Deal, StageRef, UnixSeconds } from '../entities.ts';
import type { DealMoved } from '../events.ts';
import { attributesOf, type Person, peopleOf } from '../person.ts';
import { phoneWarning } from '../phone.ts';
import { pathsOf } from '../rules/condition.ts';
import { nameOfStageRule, stageRuleFor, titleOfStageRule } from '../rules/find-rule.ts';
import { judge } from '../rules/judge-condition.ts';
import { afterQuietHours } from '../rules/quiet-hours.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Rules, StageRule } from '../rules/rules.ts';
import { stopText } from '../rules/stop-reports.ts';
import { dealScope, evaluate } from '../rules/values.ts';
import { attributeSource, followsOther } from './attribute-source.ts';
import { type ClientState, clientScope, clientStateOf, mentionsClient, recordOf } from './client-state.ts';
import { type DealFieldsPlan, planDealFields } from './deal-fields.ts';
import { addIdentify, refusedEmailOf } from './identify-person.ts';
import { unreadMainContact } from './main-contact.ts';
import {
  type DealContext,
  type Effect,
  noActions,
  type Plan,
  type PlanContext,
  type PlannedAction,
} from './plan-types.ts';
import { dueAt, heldNote, holdUntilDue, missedItsTime } from './send-time.ts';
import { type SentEvent, sentBefore } from './sent-before.ts';
import { tagChanges } from './tag-changes.ts';
import { latenessOf, waitedTooLong, waitForContact, waitForDeal } from './wait-for-contact.ts';
import { startsFor, stoppedByMove, withStops } from './watch-stops.ts';

/** The note's text where the rule has none. */
export const DEFAULT_NOTE = "Event '{{ event }}' sent to Customer.io for {{ person }}";

/**
 * A deal entered a stage: identify its people at Customer.io, send them the stage's event, write a note on the deal and what
 * is known of its people.
 */
export function planMove(event: DealMoved, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  const plan = decideMove(event, context, rules, texts);
  const stopped = stoppedByMove(event, context, rules);
  const reason = plan.reason === null ? null : withStops(plan.reason, stopped);
  return { ...plan, reason, effects: [...stopped, ...plan.effects] };
}

function decideMove(event: DealMoved, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  const rule = stageRuleFor(event.to, rules);
  const { dealId } = event;
  if (!rule) return { ...noActions(noRuleFor(event.to, context), 'no_rule'), dealId };
  if (context.isSentAlready)
    return { ...noActions(sentAlready(event), 'repeated'), rule: titleOfStageRule(rule), dealId };
  // A move that waits was reported in time.
  if ((context.waitingSince ?? context.readAt) - event.occurredAt > rules.skipMovesAfterSeconds) {
    const hours = Math.round(rules.skipMovesAfterSeconds / 360) / 10;
    const reason = en.reasons.reportedLate(String(hours));
    return { ...noActions(reason, 'late'), rule: titleOfStageRule(rule), dealId };
  }
  const found = context.deals.find(({ deal }) => deal?.id === dealId);
  if (!found?.deal) return { ...waitForDeal(event, context, rules), rule: titleOfStageRule(rule), dealId };
  if (event.backfillId !== undefined && !isSameStage(found.deal.stage, event.to))
    return {
      ...noActions(en.reasons.leftSinceBackfill, 'left'),
      rule: titleOfStageRule(rule),
      dealId,
    };
  const { people, reasons, warnings } = addresseesOf(found, context, rules);
  const unmet = unmetCondition(rule, found, found.deal, people[0]?.contact ?? null, context, texts);
  // A condition on the contact is judged once there is one.
  if (unmet !== null && people.length === 0 && !pathsOf(rule.condition).some(isOfContact))
    return { ...noActions(unmet, 'condition'), rule: titleOfStageRule(rule), dealId };
  const held = unmet === null ? holdUntilDue(event, rule, found.deal, context) : null;
  if (held !== null) return { ...held, rule: titleOfStageRule(rule), dealId };
  const due = { ...event, occurredAt: dueAt(event, rule, context.timezone) };
  const isHeld = due.occurredAt > event.occurredAt;
  const isTooLate = isHeld ? missedItsTime(due, context, rules) : waitedTooLong(event, context, rules);
  if (people.length === 0 || isTooLate) {
    const clientState = people.length === 0 && found.contacts.length > 0 ? 'no_address' : null;
    const waiting = waitForContact(due, found, reasons, context, rules);
    const noEmail = people.length > 0 ? 'late' : (clientState ?? 'no_contact');
    return { ...waiting, rule: titleOfStageRule(rule), dealId, clientState, noEmail };
  }

  const clients = people.map((person) => ({ person, state: clientStateOf(person, context) }));
  const result: Plan = {
    outcome: 'planned',
    rule: titleOfStageRule(rule),
    reason: null,
    actions: [],
    effects: [],
    warnings: [
      ...(isHeld ? [heldNote(event, rule, context)] : latenessOf(event, context, rules)),
      ...warnings,
      ...reasons,
      ...clients.map(({ state }) => state.sentence).filter((text) => text !== ''),
    ],
    person: people[0]!.person,
    dealId,
    clientState: (clients.find(({ state }) => state.isMailable) ?? clients[0]!).state.state,
  };
  const addressed = clients.filter(({ state }) => state.isMailable || rule.unmailableClients === 'send');
  const shown = planDealFields(
    { found: { ...found, deal: found.deal }, clients: people.map((person) => recordOf(person, context)) },
    context,
    rules,
    texts,
  );
  if (unmet !== null)
    return { ...leftOut(result, unmet, [...warnings, ...reasons], shown), noEmail: 'condition' };
  if (addressed.length === 0) return leftOut(result, skippedReason(result), [...warnings, ...reasons], shown);
  const fresh = addressed.filter(({ person }) => !sentTo(person, rule, dealId, context));
  if (fresh.length === 0) {
    const earlier = sentTo(addressed[0]!.person, rule, dealId, context)!;
    const reason = repeatReason(rule, earlier, dealId, context);
    return { ...leftOut(result, reason, result.warnings, shown), noEmail: 'once' };
  }
  // Two people can lead to the same note or tag change: it is written once, after the last event that it reports.
  const writes = new Map<string, PlannedAction>();
  const sent = { ...event, occurredAt: timestampOf(due, context) };
  for (const { person, state } of fresh) {
    const track = addPerson(result, person, state, rule, sent, found, context, rules, texts);
    for (const action of writesOn(found.deal, rule, person, state, found, context, texts))
      writes.set(JSON.stringify(action), { action, after: track });
  }
  result.actions.push(...writes.values(), ...shown.actions.map((action) => ({ action, after: null })));
  result.effects.push(...shown.effects);
  return result;
}

function sentAlready({ backfillId }: DealMoved): string {
  return backfillId === undefined ? en.reasons.sentByBackfill : en.reasons.sentByLaterChange;
}

const isOfContact = (path: string) => path.startsWith('contact.');

/** Why the rule's condition does not hold; null where it does. */
function unmetCondition(
  rule: StageRule,
  found: DealContext,
  deal: Deal,
  contact: Contact | null,
  context: PlanContext,
  texts: TextRenderer,
): string | null {
  if (rule.condition === null) return null;
  const scope = dealScope({
    ...found,
    deal,
    contact: contact ?? found.contacts[0] ?? null,
    account: context,
  });
  const valueAt = (path: string) => evaluate(path, scope, texts, `The condition of ${nameOfStageRule(rule)}`);
  const { problems } = judge(rule.condition, valueAt, context.timezone);
  const [first, ...others] = problems;
  if (first === undefined) return null;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join('; ')} (if).`;
}

/** The time that the event carries: that of the move, unless the decision to send a held one says otherwise. */
function timestampOf({ occurredAt }: DealMoved, { release, readAt }: PlanContext): UnixSeconds {
  return release?.timestamp === 'now' ? readAt : occurredAt;
}

/** The rule sends nothing to anybody that the deal has. What is known of them is shown all the same. */
function leftOut(result: Plan, reason: string, warnings: string[], shown: DealFieldsPlan): Plan {
  const plan = { ...result, effects: shown.effects };
  if (shown.actions.length === 0) return { ...plan, outcome: 'ignored', reason, warnings };
  const actions = shown.actions.map((action) => ({ action, after: null }));
  return { ...plan, actions, warnings: [reason, ...warnings] };
}

/** The deal's people to address, and the reasons why others are left out, the main contact's first. */
function addresseesOf(
  found: DealContext,
  { known }: Pick<PlanContext, 'known'>,
  rules: Rules,
): ReturnType<typeof peopleOf> {
  const { people, reasons, warnings } = peopleOf(found, rules, known);
  const unread = unreadMainContact(found);
  // `peopleOf` says that there is no contact, where none was read.
  const others = found.contacts.length === 0 && unread !== null ? [] : reasons;
  return { people, reasons: unread === null ? reasons : [unread, ...others], warnings };
}

/** Adds the person's identify and event. @returns the index of the event's action. */
function addPerson(
  result: Plan,
  person: Person,
  state: ClientState,
  rule: StageRule,
  event: DealMoved,
  found: DealContext,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): number {
  const deal = found.deal!;
  const view = { ...found, deal, account: context };
  const known = context.known.find(({ key }) => key === person.key);
  const source = attributeSource(known, event.to, context, rules) ?? { ...found, deal };
  if (source.deal.id !== deal.id) result.warnings.push(followsOther(person, source.deal, rules));
  const attributes = attributesOf(
    person,
    { ...source, account: context },
    rules,
    known?.attributes ?? null,
    texts,
  );
  const scope: Scope = { ...dealScope({ ...view, contact: person.contact }), event: rule.event };
  const data = Object.fromEntries(
    Object.entries(rule.data).map(([name, source]) => [
      name,
      evaluate(source, scope, texts, `The data "${name}" of ${nameOfStageRule(rule)}`),
    ]),
  );

  const sources = [...Object.values(rules.attributes), ...Object.values(rule.data)];
  const warning = phoneWarning(person.contact, sources, context.country);
  if (warning !== null) result.warnings.push(warning);

  const refused = refusedEmailOf(person, known);
  if (refused !== null) result.warnings.push(refused);
  const identify = addIdentify(result, { person, known, dealId: source.deal.id, attributes }, context, rules);
  const track = result.actions.length;
  result.actions.push({
    action: { kind: 'track', person: person.person, name: rule.event, data, timestamp: event.occurredAt },
    after: identify,
  });
  result.effects.push(...watchesFor(rule, person, state, event, context.timezone, rules));
  if (rule.once !== null)
    result.effects.push({
      kind: 'event_sent',
      event: rule.event,
      dealId: deal.id,
      key: person.key,
      at: event.occurredAt,
    });
  return track;
}

/** The silence of a client who gets no email says nothing, so no watch starts unless the rule wants one. */
function watchesFor(
  rule: StageRule,
  person: Person,
  state: ClientState,
  event: DealMoved,
  zone: string,
  rules: Rules,
): Effect[] {
  return rules.inactivity
    .filter((timer) => timer.start === rule.event && startsFor(state, timer))
    .map(({ start, unless, afterSeconds }) => ({
      kind: 'start_watch',
      start,
      unless: stopText(unless),
      key: person.key,
      dealId: event.dealId,
      startedAt: event.occurredAt,
      firesAt: afterQuietHours(event.occurredAt + afterSeconds, rule.quietHours, zone),
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
    ...dealScope({ ...found, deal, contact: person.contact, account: context }),
    event: rule.event,
    person: person.email ?? person.person,
    ...clientScope(state),
  };
  const refused = refusedEmailOf(
    person,
    context.known.find(({ key }) => key === person.key),
  );
  const text = noteText(rule, state, refused, scope, texts);
  const note: Action[] = text === '' ? [] : [{ kind: 'note', dealId: deal.id, text }];
  const tags = rule.tags && tagChanges(rule.tags, deal.id, scope, texts, nameOfStageRule(rule));
  return tags ? [...note, tags] : note;
}

/**
 * The rule's note. For a client who gets no email it would claim a campaign that sends nothing, so it is replaced, unless
 * it speaks of the client's state itself. A rule without a note stays without.
 */
function noteText(
  rule: StageRule,
  state: ClientState,
  refused: string | null,
  scope: Scope,
  texts: TextRenderer,
): string {
  const template = rule.note ?? DEFAULT_NOTE;
  const text = texts.renderForKommo(template, scope, `The note of ${nameOfStageRule(rule)}`).trim();
  if (text !== '' && refused !== null)
    return `Customer.io has the event ${rule.event}, but has refused the client's email. The campaign may go to an earlier address, or to none.`;
  if (text === '' || state.isMailable || mentionsClient(template)) return text;
  return `Customer.io has the event ${rule.event}, but ${state.sentence}`;
}

/** The reason where the rule leaves out everybody that the deal has. */
function skippedReason({ warnings }: Plan): string {
  return `${en.reasons.skipsUnmailable} ${warnings.join(' ')}`;
}

/** The event that a rule with `once` has sent to the person, or for the deal, before. */
function sentTo(person: Person, rule: StageRule, dealId: number, { known, sent }: PlanContext) {
  const record = known.find(({ key }) => key === person.key);
  return sentBefore(rule, dealId, record ?? { key: person.key, formerKeys: [] }, sent);
}

function repeatReason(
  { event, once }: StageRule,
  { at, dealId: earlier }: SentEvent,
  dealId: number,
  { readAt, timezone }: PlanContext,
): string {
  const day = onDay(at, readAt, timezone);
  const of = earlier === dealId ? 'this deal' : `deal ${earlier}`;
  return en.reasons.sentOnce(event, of, day, String(once));
}

/** By the ids where the names are not known. */
function noRuleFor(stage: StageRef, context: PlanContext): string {
  const pipeline = context.pipelines.find((candidate) => candidate.id === stage.pipelineId);
  const found = pipeline?.stages.find((candidate) => candidate.id === stage.stageId);
  return en.reasons.noRule(found?.name ?? `${stage.stageId}`, pipeline?.name ?? `${stage.pipelineId}`);
}
