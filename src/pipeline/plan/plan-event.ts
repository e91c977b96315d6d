import type { Logger } from 'pino';
import { plan } from '../../domain/plan/plan.ts';
import type { Plan } from '../../domain/plan/plan-types.ts';
import { TemplateError, TextTooExpensive } from '../../domain/rules/render-text.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { applyEffect } from '../gather/planning-state.ts';
import { consentEffects } from './consent-effects.ts';
import { contextFor, type Gathered } from './context.ts';
import { setAsidePlan } from './set-aside.ts';

/**
 * Plans one event, and applies the effects to the state on which the batch's next event is planned.
 *
 * A text of the rules that cannot be rendered with this event's values would fail every time: the event is ignored with
 * that reason, and the rule's author must act. Any other error is a fault of Stagepost and is thrown.
 */
export function planEvent(
  row: StoredEvent,
  gathered: Gathered,
  rules: Rules,
  log?: Pick<Logger, 'warn'>,
): Plan {
  const plan = decide(row, gathered, rules, log);
  const recorded = consentEffects(row, plan, gathered.state.consent);
  const decided = { ...plan, effects: [...plan.effects, ...recorded] };
  for (const effect of decided.effects) applyEffect(gathered.state, effect, gathered.readAt * 1000);
  return decided;
}

function decide(
  row: StoredEvent,
  gathered: Gathered,
  rules: Rules,
  log: Pick<Logger, 'warn'> | undefined,
): Plan {
  try {
    return plan(row.payload, contextFor(row, gathered), rules);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { connection, id: eventId } = row;
    log?.warn({ err: error, connection, eventId }, 'a text of the rules cannot be rendered for this event');
    const isTooExpensive = error instanceof TextTooExpensive;
    return setAsidePlan(isTooExpensive ? 'text_too_expensive' : 'text_failed', error.message);
  }
}
