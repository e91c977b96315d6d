import { en } from '../../languages/en.ts';
import type { Action } from '../actions.ts';
import { addressIn } from '../address.ts';
import { entriesOfReport } from '../consent/entries-of-report.ts';
import type { LedgerEntry } from '../consent/ledger-entry.ts';
import { reactionTo } from '../consent/reaction-to.ts';
import { isRestriction, type StateChange, stateChange } from '../consent/state-change.ts';
import type { Deal } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { contactOf } from '../people/contact-of.ts';
import { isMainOn, isOn, searchNames } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import { isFromLog } from '../report-from-log.ts';
import { isAboutProfile, otherRecipients } from '../report-recipient.ts';
import { nameOfReaction } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { dealScope } from '../rules/values.ts';
import { type DealChoice, dealOfReport } from './choose-deal.ts';
import { clientsOfDeal } from './clients-of-deal.ts';
import { planDealFields } from './deal-fields.ts';
import { type DealContext, type Effect, noActions, type Plan, type PlanContext } from './plan-types.ts';
import { planUnreadNote } from './plan-unread-note.ts';
import { repeatOptOut } from './repeat-opt-out.ts';
import { type ReportOutcome, reportOutcome } from './report-outcome.ts';
import { tagChanges } from './tag-changes.ts';
import { taskFor } from './task-due.ts';
import { stoppedByReport, withStops } from './watch-stops.ts';

const OF_TEST_PERSON = 'A test that an editor has sent to themselves. It is about no client and no deal.';
/** What the trace says of a report that no webhook has brought. */
const FROM_LOG = 'Found in Customer.io’s activity log; no webhook reported it.';

/**
 * A report of Customer.io: stop the watches that it answers, apply its reaction to one deal of the person, and show what
 * has changed of the person on all open deals.
 */
export function planReport(event: MailReport, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  if (context.subject.isTest)
    return { ...noActions(OF_TEST_PERSON), person: context.subject.person, isTest: true };
  const own = entriesOfReport(event);
  const reaction = reactionTo(event, own, rules);
  const person = context.known.find(({ key }) => key === context.subject.key);
  const change = person ? stateChange(person, own, context.ledger) : null;
  const elsewhere = recipientsElsewhere(event, person);
  const isOfClient = elsewhere === null || isAboutProfile(event);
  const stopped = isOfClient ? stoppedByReport(event, own, change, reaction, context, rules) : [];
  const base: Plan = {
    ...noActions(''),
    person: context.subject.person,
    ...(context.trigger && { causedBy: context.trigger.eventId, dealId: context.trigger.dealId }),
    effects: stopped,
    warnings: warningsOf(event, elsewhere),
  };
  const ignored = reasonToIgnore(event, context, reaction, elsewhere);
  const deals = context.deals.filter(hasDeal);
  const choice = choiceFor(event, deals, person, context, rules);
  if (!choice || !person || !change) {
    const { unreadDealId: dealId = null } = context;
    if (ignored !== null || !reaction)
      return { ...base, dealId: dealId ?? base.dealId, reason: withStops(ignored ?? '', stopped) };
    if (person && dealId !== null)
      return planUnreadNote({ event, reaction, person, dealId, context, texts }, base);
    const notFound = context.subject.reason ?? en.reasons.noClient;
    return { ...base, outcome: 'parked', rule: reaction.name, reason: notFound };
  }
  const [found, ...others] = choice.noted.map((deal) => deals.find((one) => one.deal === deal)!);
  const match: Match = { event, own, change, found: found!, others, person, context, rules, texts };
  const reacted = ignored === null && reaction ? react(match, reaction) : notReacted(ignored ?? '');
  const warnings = [...base.warnings, ...ownDealWarnings(match)];
  const plan = withDealFields(match, reacted, { ...base, warnings, dealId: choice.deal.id });
  const isWritten = reacted.actions.length > 0 && choice.why !== null;
  return isWritten ? { ...plan, warnings: [choice.why!, ...plan.warnings] } : plan;
}

type FoundDeal = DealContext & { deal: Deal };

function hasDeal(found: DealContext): found is FoundDeal {
  return found.deal !== null;
}

/** All deals of the context are the person's, but for the email's own one, which the person may have left. */
function choiceFor(
  event: MailReport,
  found: FoundDeal[],
  person: KnownPerson | undefined,
  { trigger }: PlanContext,
  rules: Rules,
): DealChoice | null {
  const deals = found.map(({ deal }) => deal);
  const own = deals.find(({ id }) => id === trigger?.dealId) ?? null;
  const isCandidate = ({ id }: Deal) => id !== own?.id || (person !== undefined && isOn(person, id));
  const candidates = deals.filter(isCandidate);
  const main = candidates.filter(({ id }) => person !== undefined && isMainOn(person, id));
  const preferred = rules.contacts === 'main' && main.length > 0 ? main : candidates;
  return dealOfReport(event, own, preferred, rules.deal);
}

/** A report with the person and the deal that it applies to. */
interface Match {
  event: MailReport;
  /** The report's entries. */
  own: readonly LedgerEntry[];
  change: StateChange;
  found: FoundDeal;
  /** Other deals that get the note and the tags, too. */
  others: FoundDeal[];
  person: KnownPerson;
  context: PlanContext;
  rules: Rules;
  texts: TextRenderer;
}

/** What the reaction does, apart from the fields, which the projection writes. */
interface Reacted {
  rule: string | null;
  outcome: ReportOutcome;
  actions: Action[];
  effects: Effect[];
  /** Why the reaction is not carried out; null where it is. */
  reason: string | null;
}

function notReacted(reason: string): Reacted {
  const outcome = { changed: new Set<string>(), remembered: new Map(), keepReason: reason };
  return { rule: null, outcome, actions: [], effects: [], reason };
}

function react(match: Match, reaction: Reaction): Reacted {
  const { event, found, person, context } = match;
  const outcome = outcomeOf(match, reaction);
  const fields = [...outcome.remembered].map(
    ([field, state]): Effect => ({ kind: 'field_set', key: person.key, field, state }),
  );
  const reacted = { rule: reaction.name, outcome, reason: outcome.keepReason };
  if (outcome.keepReason !== null) return { ...reacted, actions: [], effects: fields };
  const effects: Effect[] = [...fields];
  // An email's own deal is no evidence that the person is (still) on it.
  if (context.trigger?.dealId !== found.deal.id)
    effects.push({ kind: 'linked', key: person.key, dealId: found.deal.id });
  if (event.deliveryId !== null)
    effects.push({ kind: 'first_report', name: event.name, deliveryId: event.deliveryId });
  const notes = [found, ...match.others].flatMap((target) => notesOn(target, match, reaction));
  return { ...reacted, actions: [...notes, ...tasksOf(match, reaction)], effects };
}

function scopeOf(found: FoundDeal, { event, person, context }: Match): Scope {
  const contact = contactOf(person, [...found.contacts, ...(found.formerContacts ?? [])]);
  return { ...dealScope({ ...found, contact, account: context }), ...event.values };
}

/** For notes and tasks. A field and a tag stay longer than the link to the preference page is valid. */
function scopeOfText(found: FoundDeal, match: Match): Scope {
  return { ...scopeOf(found, match), preferences_url: match.event.readBack?.preferencesUrl ?? '' };
}

function outcomeOf(match: Match, reaction: Reaction): ReportOutcome {
  const { event, own, change, found, person, context, rules, texts } = match;
  const scope = scopeOf(found, match);
  const values = new Map(
    Object.entries(reaction.fields).map(([field, text]) => [
      field,
      texts.renderForKommo(text, scope, `The field "${field}" of ${nameOfReaction(reaction)}`),
    ]),
  );
  if (values.size === 0) return { changed: new Set(), remembered: new Map(), keepReason: null };
  const alone = { found, clients: [person], own, values: event.values };
  const { shown } = planDealFields(alone, context, rules, texts);
  const before = person.fields;
  return reportOutcome({ event, own, change, address: person.email, values, before, shown });
}

/** The note and the tag change of a deal. */
function notesOn(found: FoundDeal, match: Match, reaction: Reaction): Action[] {
  const { texts } = match;
  const scope = scopeOf(found, match);
  const dealId = found.deal.id;
  const actions: Action[] = [];
  const owner = nameOfReaction(reaction);
  const noteScope = scopeOfText(found, match);
  const note =
    reaction.note === null
      ? ''
      : texts.renderForKommo(reaction.note, noteScope, `The note of ${owner}`).trim();
  if (note !== '') actions.push({ kind: 'note', dealId, text: note });
  const tags = reaction.tags && tagChanges(reaction.tags, dealId, scope, texts, owner);
  if (tags) actions.push(tags);
  return actions;
}

/** The task, on one deal: one change of the client is one thing to do. */
function tasksOf(match: Match, { name, task }: Reaction): Action[] {
  if (!task) return [];
  const { found, context, texts } = match;
  const text = texts.renderForKommo(
    task.text,
    scopeOfText(found, match),
    `The task of ${nameOfReaction({ name })}`,
  );
  return [taskFor(text, task.dueSeconds, found.deal, context.readAt, context.timezone)];
}

/** Adds what the person's deals show after the report. Closed deals keep what they show, except where no other is there. */
function withDealFields(match: Match, reacted: Reacted, base: Plan): Plan {
  const { event, own, change, found, person, context, rules, texts } = match;
  const { outcome, reason } = reacted;
  const after = { ...person, fields: { ...person.fields, ...Object.fromEntries(outcome.remembered) } };
  const known = context.known.map((other) => (other.key === person.key ? after : other));
  const deals = [...context.deals, ...(context.newDeals ?? [])];
  const others = deals.filter(hasDeal).filter((other) => other !== found);
  const open = others.filter(({ deal }) => !deal.isClosed);
  const targets = found.deal.isClosed && open.length > 0 ? open : [found, ...open];
  // An email's own deal shows nothing of a person who has left it.
  const ofPerson = targets.filter(({ deal: { id } }) => id !== context.trigger?.dealId || isOn(person, id));
  const shown = ofPerson.map((target) => {
    const clients = clientsOfDeal(target.deal.id, known, rules);
    const isOn = clients.some(({ key }) => key === person.key);
    const all = isOn || clients.length > 0 ? clients : [after];
    const changed = isOn || clients.length === 0 ? outcome.changed : new Set<string>();
    const input = { found: target, clients: all, own, values: event.values, changed };
    return planDealFields(input, context, rules, texts);
  });
  const writes = shown.flatMap(({ actions }) => actions);
  const effects = [...base.effects, ...reacted.effects, ...shown.flatMap((fields) => fields.effects)];
  const repeated = repeatOptOut(own, change, person, context);
  const kommo = [...writes, ...reacted.actions].map((action) => ({ action, after: null }));
  const actions = [...repeated, ...kommo];
  const closed = others.filter(({ deal }) => deal.isClosed).map(({ deal }) => deal.id);
  const isTold = writes.length > 0 && isRestriction(own, change) && closed.length > 0;
  const plan = { ...base, rule: reacted.rule, effects, actions };
  if (reason !== null && writes.length + repeated.length === 0)
    return { ...plan, reason: withStops(reason, base.effects) };
  const told = isTold ? [`Closed deals keep what they show: ${closed.join(', ')}.`] : [];
  return { ...plan, outcome: 'planned', reason: null, warnings: [...base.warnings, ...told] };
}

/** The addresses that the message went to, where none is the client's. */
function recipientsElsewhere(event: MailReport, person: KnownPerson | undefined): string[] | null {
  const { email, emailIsRecipient } = event.person;
  const stated = emailIsRecipient ? null : addressIn(email);
  const own = [...(person ? searchNames(person) : []), ...(stated === null ? [] : [stated])];
  return otherRecipients(event, own);
}

function warningsOf(event: MailReport, others: string[] | null): string[] {
  const warnings = [...(isFromLog(event) ? [FROM_LOG] : []), ...(event.readBack?.warnings ?? [])];
  if (others !== null && isAboutProfile(event)) warnings.push(`The message went to ${others.join(', ')}.`);
  return warnings;
}

/** Says why a report is applied to a deal that a reader would not expect. */
function ownDealWarnings({ found, person, context }: Match): string[] {
  const { trigger, deals } = context;
  if (trigger === undefined) return [];
  const { dealId } = trigger;
  if (found.deal.id === dealId)
    return isOn(person, dealId)
      ? []
      : ['The client is not on this deal any more, but its stage change started this email.'];
  const own = deals.find(({ deal }) => deal?.id === dealId)?.deal;
  const what = !own ? 'does not exist any more' : own.isClosed ? 'is closed' : 'is not the client’s any more';
  return [`Deal ${dealId}, whose stage change started this email, ${what}.`];
}

function reasonToIgnore(
  event: MailReport,
  context: PlanContext,
  reaction: Reaction | undefined,
  others: string[] | null,
): string | null {
  if (!reaction) return en.reasons.noReaction(event.name);
  if (event.machine && reaction.machineOpens === 'ignore') {
    return isFromLog(event) ? en.reasons.maybeMachine : en.reasons.machine;
  }
  if (others !== null && !isAboutProfile(event)) return en.reasons.otherRecipient(others.join(', '));
  if (reaction.repeat === 'first' && context.reportedBefore) {
    return en.reasons.notFirst(event.name);
  }
  return null;
}
