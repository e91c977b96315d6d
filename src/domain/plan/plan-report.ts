import type { Action } from '../actions.ts';
import type { Deal } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { fieldAfter } from '../opt-out.ts';
import { reactionFor } from '../rules/find-rule.ts';
import { renderText, type Scope } from '../rules/render-text.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { dealScope } from '../rules/values.ts';
import { type DealContext, type Effect, noActions, type Plan, type PlanContext } from './plan-types.ts';
import { tagChanges } from './tag-changes.ts';
import { taskFor } from './task-due.ts';

/** A report of Customer.io: stop the watches that wait for it, and apply its reaction to the person's deal. */
export function planReport(event: MailReport, context: PlanContext, rules: Rules): Plan {
  const reaction = reactionFor(event.name, rules);
  const stopped = watchesStoppedBy(event, context, reaction);
  const base: Plan = { ...noActions(''), person: context.subject.person, effects: stopped };
  const reason = reasonToIgnore(event, context, reaction);
  if (reason || !reaction) return { ...base, reason: withWatches(reason ?? '', stopped) };

  const found = context.deals[0];
  if (!found?.deal || context.subject.person === null) {
    const notFound = context.subject.reason ?? 'No client in Kommo matches this report.';
    return { ...base, outcome: 'parked', rule: reaction.name, reason: notFound };
  }
  return react(event, found, found.deal, context.subject.person, reaction, context, base);
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
  if (changes.length > 0 && changes.every(({ keepReason }) => keepReason !== null)) {
    const { keepReason } = changes[0]!;
    return { ...base, effects: result.effects, dealId: deal.id, rule: reaction.name, reason: keepReason };
  }
  const add = (action: Action) => result.actions.push({ action, after: null });
  for (const { field, value, keepReason } of changes) {
    if (keepReason === null) add({ kind: 'set_field', dealId: deal.id, field, value });
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

function reasonToIgnore(
  event: MailReport,
  context: PlanContext,
  reaction: Reaction | undefined,
): string | null {
  if (!reaction) return `No rule for ${event.name}, so nothing was written to Kommo.`;
  if (event.machine && reaction.machineOpens === 'ignore') {
    return 'A machine did this (mail privacy, prefetching or a link scanner), not the client.';
  }
  if (reaction.repeat === 'first' && context.reportedBefore) {
    return `Not the first ${event.name} of this message, and the rule acts on the first only (repeat: first).`;
  }
  return null;
}

/**
 * The person's watches that this report stops. Machine opens do not count as activity unless the reaction says so. A
 * report from after a watch's end does not stop it, even if the watch has not fired yet (after a crash).
 */
function watchesStoppedBy(event: MailReport, context: PlanContext, reaction: Reaction | undefined): Effect[] {
  if (event.machine && reaction?.machineOpens !== 'count') return [];
  const watchIds = context.watches
    .filter(({ unless, startedAt, firesAt }) => {
      return unless === event.name && startedAt <= event.occurredAt && event.occurredAt <= firesAt;
    })
    .map((watch) => watch.id);
  return watchIds.length > 0 ? [{ kind: 'stop_watches', watchIds }] : [];
}

function withWatches(reason: string, stopped: Effect[]): string {
  return stopped.length > 0 ? `${reason} It stopped the inactivity timer.` : reason;
}
