import type { Action } from '../actions.ts';
import type { Deal } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { fieldAfter } from '../opt-out.ts';
import { nameOfReaction, reactionFor } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { dealScope } from '../rules/values.ts';
import { type DealContext, type Effect, noActions, type Plan, type PlanContext } from './plan-types.ts';
import { tagChanges } from './tag-changes.ts';
import { taskFor } from './task-due.ts';

/** A report of Customer.io: stop the watches that wait for it, and apply its reaction to the person's deal. */
export function planReport(event: MailReport, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  const reaction = reactionFor(event.name, rules);
  const stopped = watchesStoppedBy(event, context, reaction);
  const base: Plan = { ...noActions(''), person: context.subject.person, effects: stopped };
  const reason = reasonToIgnore(event, context, reaction);
  if (reason || !reaction) return { ...base, reason: withWatches(reason ?? '', stopped) };

  const found = context.deals[0];
  const { person } = context.subject;
  if (!found?.deal || person === null) {
    const notFound = context.subject.reason ?? 'No client in Kommo matches this report.';
    return { ...base, outcome: 'parked', rule: reaction.name, reason: notFound };
  }
  return react({ event, reaction, deal: found.deal, found, person, context, texts }, base);
}

/** A report with the reaction and the deal that it applies to. */
interface Match {
  event: MailReport;
  reaction: Reaction;
  deal: Deal;
  /** The same deal, with its contacts. */
  found: DealContext;
  person: string;
  context: PlanContext;
  texts: TextRenderer;
}

function react(match: Match, base: Plan): Plan {
  const { reaction, deal, person } = match;
  const scope = scopeOf(match);
  const changes = fieldChanges(match, scope);
  const fieldEffects = changes.map(
    ({ field, state }): Effect => ({ kind: 'field_set', person, field, state }),
  );
  const matched = {
    ...base,
    rule: reaction.name,
    dealId: deal.id,
    effects: [...base.effects, ...fieldEffects],
  };
  // Where every field keeps its value, the reaction does nothing at all.
  if (changes.length > 0 && changes.every(({ keepReason }) => keepReason !== null))
    return { ...matched, reason: changes[0]!.keepReason };
  return {
    ...matched,
    outcome: 'planned',
    reason: null,
    actions: actionsFor(match, scope, changes).map((action) => ({ action, after: null })),
    effects: [...matched.effects, ...effectsOf(match)],
  };
}

function scopeOf({ event, deal, found, context }: Match): Scope {
  const contact = found.contacts[0] ?? null;
  return { ...dealScope({ ...found, deal, contact, pipelines: context.pipelines }), ...event.values };
}

/** What the reaction does to a field. */
type FieldChange = { field: string; value: string } & ReturnType<typeof fieldAfter>;

function fieldChanges({ event, reaction, person, context, texts }: Match, scope: Scope): FieldChange[] {
  const known = context.known.find((candidate) => candidate.person === person);
  return Object.entries(reaction.fields).map(([field, text]) => {
    const value = texts.renderForKommo(text, scope, `The field "${field}" of ${nameOfReaction(reaction)}`);
    return { field, value, ...fieldAfter(known?.fields[field], field, value, event) };
  });
}

function actionsFor(
  { reaction, deal, context, texts }: Match,
  scope: Scope,
  changes: FieldChange[],
): Action[] {
  const dealId = deal.id;
  const actions: Action[] = changes
    .filter(({ keepReason }) => keepReason === null)
    .map(({ field, value }) => ({ kind: 'set_field', dealId, field, value }));
  const owner = nameOfReaction(reaction);
  const note =
    reaction.note === null ? '' : texts.renderForKommo(reaction.note, scope, `The note of ${owner}`).trim();
  if (note !== '') actions.push({ kind: 'note', dealId, text: note });
  const tags = reaction.tags && tagChanges(reaction.tags, dealId, scope, texts, owner);
  if (tags) actions.push(tags);
  if (reaction.task) {
    const text = texts.renderForKommo(reaction.task.text, scope, `The task of ${owner}`);
    actions.push(taskFor(text, reaction.task.dueSeconds, deal, context.readAt, context.timezone));
  }
  return actions;
}

function effectsOf({ event, deal, person, context }: Match): Effect[] {
  const { email, contactId } = context.subject;
  const effects: Effect[] = [{ kind: 'linked', person, email, contactId, dealId: deal.id }];
  if (event.deliveryId !== null)
    effects.push({ kind: 'first_report', name: event.name, deliveryId: event.deliveryId });
  return effects;
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
