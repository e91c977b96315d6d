import type { StagepostEvent } from '../events.ts';
import { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { planChange } from './plan-change.ts';
import { planDeletion } from './plan-deletion.ts';
import { planInactivity } from './plan-inactivity.ts';
import { planMove } from './plan-move.ts';
import { planReport } from './plan-report.ts';
import type { Plan, PlanContext } from './plan-types.ts';

/**
 * Decides what an event leads to. Pure: the same event, context and rules give the same plan. All texts of the plan share
 * one budget.
 * @throws TemplateError where a text of the rules cannot be rendered with these values.
 */
export function plan(event: StagepostEvent, context: PlanContext, rules: Rules): Plan {
  const texts = new TextRenderer();
  switch (event.kind) {
    case 'deal_moved':
      return planMove(event, context, rules, texts);
    case 'deal_changed':
    case 'contact_changed':
      return planChange(event, context, rules, texts);
    case 'deal_deleted':
      return planDeletion(event);
    case 'mail_report':
      return planReport(event, context, rules, texts);
    case 'inactivity':
      return planInactivity(event, context, rules, texts);
  }
}
