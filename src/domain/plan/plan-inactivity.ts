import type { InactivityReached } from '../events.ts';
import { inactivityRuleFor } from '../rules/find-rule.ts';
import type { Scope } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { dealScope } from '../rules/values.ts';
import { noActions, type Plan, type PlanContext } from './plan-types.ts';
import { taskFor } from './task-due.ts';

/** A watch ran out: send its event to Customer.io, and give the responsible user a task. */
export function planInactivity(event: InactivityReached, context: PlanContext, rules: Rules): Plan {
  const rule = inactivityRuleFor(event.start, rules);
  const base: Plan = { ...noActions(''), person: event.person, dealId: event.dealId };
  if (!rule) return { ...base, reason: `The inactivity rule for ${event.start} was removed from the rules.` };
  if (context.hasRecentActivity) {
    return {
      ...base,
      reason: `The client was active in time: ${rule.unless} came before the timer ran out.`,
    };
  }
  const found = context.deals[0];
  if (!found?.deal) return { ...base, reason: 'The deal no longer exists in Kommo.' };

  const result: Plan = {
    ...base,
    outcome: 'planned',
    rule: `inactivity: ${rule.start} → ${rule.event}`,
    reason: null,
  };
  result.actions.push({
    action: {
      kind: 'track',
      person: event.person,
      name: rule.event,
      data: { deal_id: found.deal.id, since_event: rule.start },
      timestamp: event.occurredAt,
    },
    after: null,
  });
  if (rule.task) {
    const contact = found.contacts[0] ?? null;
    const scope: Scope = {
      ...dealScope({ ...found, deal: found.deal, contact, pipelines: context.pipelines }),
      event: rule.event,
    };
    result.actions.push({
      action: taskFor(rule.task, found.deal, scope, context.readAt, context.timezone),
      after: null,
    });
  }
  return result;
}
