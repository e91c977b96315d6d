import type { ActionOf } from '../actions.ts';
import type { Contact } from '../entities.ts';
import type { InactivityReached } from '../events.ts';
import { normalizeEmail } from '../person.ts';
import { inactivityRuleFor } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Rules, TaskRule } from '../rules/rules.ts';
import { dealScope } from '../rules/values.ts';
import { type ClientState, clientScope, clientStateOf, mentionsClient } from './client-state.ts';
import { noActions, type Plan, type PlanContext } from './plan-types.ts';
import { taskFor } from './task-due.ts';

/** A watch ran out: send its event to Customer.io, and give the responsible user a task. */
export function planInactivity(
  event: InactivityReached,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Plan {
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

  const client = clientOf(event, found.contacts, context);
  const result: Plan = {
    ...base,
    outcome: 'planned',
    rule: `inactivity: ${rule.start} → ${rule.event}`,
    reason: null,
    warnings: client.sentence === '' ? [] : [client.sentence],
    clientState: client.state,
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
      ...clientScope(client),
    };
    const text = texts.renderForKommo(
      rule.task.text,
      scope,
      `The task of the inactivity rule "${rule.start}"`,
    );
    result.actions.push({
      action: withState(
        taskFor(text, rule.task.dueSeconds, found.deal, context.readAt, context.timezone),
        rule.task,
        client,
      ),
      after: null,
    });
  }
  return result;
}

/** The watched person: of the deal's contacts the one with this identifier, else the main one. */
function clientOf({ person }: InactivityReached, contacts: Contact[], context: PlanContext): ClientState {
  const recorded = context.known.find((known) => known.person === person)?.email ?? null;
  const emailsOf = (contact: Contact) => contact.emails.map(normalizeEmail).filter((email) => email !== null);
  const contact =
    contacts.find((one) => String(one.id) === person || emailsOf(one).includes(person)) ??
    contacts[0] ??
    null;
  const email = normalizeEmail(person) ?? (contact && emailsOf(contact)[0]) ?? recorded;
  return clientStateOf({ person, email, contact }, context);
}

/** A task for a client who gets no email says so first: otherwise the silence would look like a lack of interest. */
function withState(task: ActionOf<'task'>, rule: TaskRule, client: ClientState): ActionOf<'task'> {
  if (client.isMailable || mentionsClient(rule.text)) return task;
  return { ...task, text: `${client.sentence} ${task.text}` };
}
