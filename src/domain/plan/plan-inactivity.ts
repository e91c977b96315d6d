import { en } from '../../languages/en.ts';
import type { ActionOf } from '../actions.ts';
import { addressesOf, addressIn } from '../address.ts';
import type { Contact } from '../entities.ts';
import type { InactivityReached } from '../events.ts';
import { contactOf } from '../people/contact-of.ts';
import { hasLeft } from '../people/names.ts';
import { type KnownPerson, shownName } from '../people/person-types.ts';
import { inactivityRuleFor } from '../rules/find-rule.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { Rules, TaskRule } from '../rules/rules.ts';
import { stopText } from '../rules/stop-reports.ts';
import { dealScope } from '../rules/values.ts';
import { type ClientState, clientScope, clientStateOf, mentionsClient } from './client-state.ts';
import { noActions, type Plan, type PlanContext } from './plan-types.ts';
import { taskFor } from './task-due.ts';
import { stoppedByNow } from './watch-stops.ts';

/** A watch ran out: send its event to Customer.io, and give the responsible user a task. */
export function planInactivity(
  event: InactivityReached,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Plan {
  const rule = inactivityRuleFor(event.start, rules);
  const watched = context.known.find(
    ({ key, formerKeys }) => key === event.person || formerKeys.includes(event.person),
  );
  const person = watched ? shownName(watched) : event.person;
  const base: Plan = { ...noActions(''), person, dealId: event.dealId };
  if (!rule) return { ...base, reason: en.reasons.ruleRemoved(event.start) };
  if (context.hasRecentActivity) {
    return {
      ...base,
      reason: en.reasons.activeInTime(stopText(rule.unless)),
    };
  }
  const found = context.deals[0];
  if (!found?.deal) return { ...base, reason: en.reasons.dealGone };

  if (watched && hasLeft(watched, event.dealId))
    return { ...base, reason: en.reasons.notContactAnyMore(person) };
  const contact = contactOf(watched, found.contacts);
  const client = clientOf(event, watched, contact, context);
  const stopped = stoppedByNow(found.deal, client, rule, rules);
  if (stopped !== null) return { ...base, reason: stopped, clientState: client.state };
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
      person,
      name: rule.event,
      data: { deal_id: found.deal.id, since_event: rule.start },
      timestamp: context.release?.timestamp === 'now' ? context.readAt : event.occurredAt,
    },
    after: null,
  });
  if (rule.task) {
    const scope: Scope = {
      ...dealScope({ ...found, deal: found.deal, contact, account: context }),
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

function clientOf(
  { person: key }: InactivityReached,
  watched: KnownPerson | undefined,
  contact: Contact | null,
  context: PlanContext,
): ClientState {
  const person = watched ? shownName(watched) : key;
  const email = addressIn(person) ?? watched?.email ?? contact?.emails.flatMap(addressesOf)[0] ?? null;
  return clientStateOf({ key: watched?.key ?? key, person, email, contact }, context);
}

/** A task for a client who gets no email says so first: otherwise the silence would look like a lack of interest. */
function withState(task: ActionOf<'task'>, rule: TaskRule, client: ClientState): ActionOf<'task'> {
  if (client.isMailable || mentionsClient(rule.text)) return task;
  return { ...task, text: `${client.sentence} ${task.text}` };
}
