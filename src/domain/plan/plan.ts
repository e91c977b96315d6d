import type { StagepostEvent } from '../events.ts';
import { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { planChange } from './plan-change.ts';
import { planConsentEdits } from './plan-consent-edits.ts';
import { planContactDeletion, planDeletion } from './plan-deletion.ts';
import { planInactivity } from './plan-inactivity.ts';
import { planListed } from './plan-listed.ts';
import { planMove } from './plan-move.ts';
import { planReport } from './plan-report.ts';
import type { Plan, PlanContext } from './plan-types.ts';
import { withOptOutOfProfile } from './profile-opt-out.ts';
import { withConsentEdits } from './with-consent-edits.ts';

/**
 * Decides what an event leads to. Pure: the same event, context and rules give the same plan. All texts of the plan share
 * one budget.
 * @throws TemplateError where a text of the rules cannot be rendered with these values.
 */
export function plan(event: StagepostEvent, context: PlanContext, rules: Rules): Plan {
  const texts = new TextRenderer();
  const edits = planConsentEdits(event, context, rules, texts);
  if (edits === null) return planEvent(event, context, rules, texts);
  return withConsentEdits(edits, planEvent(event, edits.context, rules, texts));
}

function planEvent(event: StagepostEvent, context: PlanContext, rules: Rules, texts: TextRenderer): Plan {
  switch (event.kind) {
    case 'deal_moved':
      return planMove(event, context, rules, texts);
    case 'deal_listed':
      return planListed(event, context, rules, texts);
    case 'deal_changed':
    case 'deal_restored':
    case 'contact_changed':
    case 'contact_restored':
    case 'contact_merged':
      return planChange(event, context, rules, texts);
    case 'deal_deleted':
      return planDeletion(event);
    case 'contact_deleted':
      return planContactDeletion(event, context, rules, texts);
    case 'mail_report':
      return withOptOutOfProfile(planReport(event, context, rules, texts), event, context);
    case 'inactivity':
      return planInactivity(event, context, rules, texts);
  }
}
