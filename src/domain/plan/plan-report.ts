import type { Action } from '../actions.ts';
import type { Deal } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { fieldAfter } from '../opt-out.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { dealScope, renderText, type Scope } from '../rules/values.ts';
import { type DealContext, type Effect, noActions, type Plan, type PlanContext } from './plan.ts';
import { tagChanges } from './tag-changes.ts';
import { taskFor } from './task-due.ts';

/** A report of Customer.io: stop the watches it answers, and react on the person's deal. */
export function planReport(event: MailReport, context: PlanContext, rules: Rules): Plan {
  const reaction = reactionTo(event.name, rules);
  const stopped = stoppedWatches(event, context, reaction);
  const base: Plan = { ...noActions(''), person: context.subject.person, effects: stopped };
  const reason = whyNoReaction(event, context, reaction);
  if (reason || !reaction) return { ...base, reason: withWatches(reason ?? '', stopped) };

  const found = context.deals[0];
  if (!found?.deal || context.subject.person === null) {
    const parked = context.subject.reason ?? 'Nobody in Kommo was found for this report.';
    return { ...base, outcome: 'parked', rule: reaction.name, reason: parked };
  }
  return react(event, found, found.deal, context.subject.person, reaction, context, base);
}

/**
 * The reaction to a report. Customer.io names a change of the subscription after the channel that
 * triggered it, and `customer` where it does not know it (its OpenAPI): `customer_subscribed` stands
 * for every channel that has no reaction of its own.
 */
export function reactionTo(name: string, rules: Rules): Reaction | undefined {
  const named = (wanted: string) => rules.reactions.find((reaction) => reaction.name === wanted);
  return named(name) ?? (/^[a-z_]+_subscribed$/.test(name) ? named('customer_subscribed') : undefined);
}

function react(
  event: MailReport,
  found: DealContext,
  deal: Deal,
  person: string,
  reaction: Reaction,
  context: PlanContext,
  base: Plan,
): Plan {
  const known = context.known.find((candidate) => candidate.person === person);
  const result: Plan = { ...base, outcome: 'planned', rule: reaction.name, reason: null, dealId: deal.id };
  const contact = found.contacts[0] ?? null;
  const scope: Scope = {
    ...dealScope({ ...found, deal, contact, pipelines: context.pipelines }),
    ...event.values,
  };
  const fields = Object.entries(reaction.fields).map(
    ([field, text]) => [field, renderText(text, scope)] as const,
  );

  const changes = fields.map(([field, value]) => ({
    field,
    value,
    ...fieldAfter(known?.fields[field], field, value, event),
  }));
  for (const { field, state } of changes) result.effects.push({ kind: 'field_set', person, field, state });
  if (changes.length > 0 && changes.every(({ whyNot }) => whyNot !== null)) {
    const { whyNot } = changes[0]!;
    return { ...base, effects: result.effects, dealId: deal.id, rule: reaction.name, reason: whyNot };
  }
  const add = (action: Action) => result.actions.push({ action, after: null });
  for (const { field, value, whyNot } of changes) {
    if (whyNot === null) add({ kind: 'set_field', dealId: deal.id, field, value });
  }
  const note = reaction.note === null ? '' : renderText(reaction.note, scope).trim();
  if (note !== '') add({ kind: 'note', dealId: deal.id, text: note });
  const tags = reaction.tags && tagChanges(reaction.tags, deal.id, scope);
  if (tags) add(tags);
  if (reaction.task) add(taskFor(reaction.task, deal, scope, context.readAt, context.timezone));
  result.effects.push({
    kind: 'linked',
    person,
    email: context.subject.email,
    contactId: context.subject.contactId,
    dealId: deal.id,
  });
  if (event.deliveryId !== null) {
    result.effects.push({ kind: 'first_report', name: event.name, deliveryId: event.deliveryId });
  }
  return result;
}

function whyNoReaction(
  event: MailReport,
  context: PlanContext,
  reaction: Reaction | undefined,
): string | null {
  if (!reaction) return `No reaction for ${event.name}.`;
  if (event.machine && reaction.machineOpens === 'ignore') {
    return 'A machine did this (mail privacy, prefetch or a link scanner), not a person.';
  }
  if (reaction.repeat === 'first' && context.reportedBefore) {
    return `Not the first ${event.name} of this message, and the reaction says repeat: first.`;
  }
  return null;
}

/**
 * The running watches of the person that this report answers. Machine opens are no sign of life, and what happened
 * after a watch ran out does not stop it, though it may only be acted on later (after a crash).
 */
function stoppedWatches(event: MailReport, context: PlanContext, reaction: Reaction | undefined): Effect[] {
  if (event.machine && reaction?.machineOpens !== 'count') return [];
  const watchIds = context.watches
    .filter(({ unless, startedAt, firesAt }) => {
      return unless === event.name && startedAt <= event.occurredAt && event.occurredAt <= firesAt;
    })
    .map((watch) => watch.id);
  return watchIds.length > 0 ? [{ kind: 'stop_watches', watchIds }] : [];
}

function withWatches(reason: string, stopped: Effect[]): string {
  return stopped.length > 0 ? `${reason} It stopped the inactivity watch.` : reason;
}

/** The person's open deal that changed last, else the one that closed last. Won is 142, lost 143. */
export function chooseDeal(deals: Deal[]): Deal | null {
  const isClosed = (deal: Deal) => deal.stage.stageId === 142 || deal.stage.stageId === 143;
  const newest = (candidates: Deal[], time: (deal: Deal) => number) =>
    candidates.reduce<Deal | null>(
      (best, deal) => (best === null || time(deal) > time(best) ? deal : best),
      null,
    );
  return (
    newest(
      deals.filter((deal) => !isClosed(deal)),
      (deal) => deal.updatedAt ?? 0,
    ) ?? newest(deals, (deal) => deal.closedAt ?? deal.updatedAt ?? 0)
  );
}
