import type { Action } from '../actions.ts';
import type { ConsentEditsPlan } from './plan-consent-edits.ts';
import type { Plan, PlannedAction } from './plan-types.ts';

/** The rule of an edit in Kommo, as a trace shows it. */
const RULE = 'consent';

/** A plan of the event, after the edits that were found with it. */
export function withConsentEdits(edits: ConsentEditsPlan, plan: Plan): Plan {
  const actions = joinActions(edits.actions, plan.actions);
  const isPlanned = plan.outcome === 'ignored' && actions.length > 0;
  return {
    ...plan,
    ...(isPlanned && { outcome: 'planned' as const, reason: null, rule: plan.rule ?? RULE }),
    actions,
    effects: [...edits.effects, ...plan.effects],
    warnings: [...edits.warnings, ...plan.warnings],
    person: plan.person ?? edits.person,
  };
}

/** Both, in order. An update that repeats an earlier one goes, unless another action waits for it: the earlier one gets its time. */
function joinActions(earlier: PlannedAction[], later: PlannedAction[]): PlannedAction[] {
  const isAwaited = (index: number) => later.some(({ after }) => after === index);
  const repeated = (action: Action) => earlier.findIndex((other) => isRepetition(action, other.action));
  const dropped = later.filter(({ action }, index) => !isAwaited(index) && repeated(action) >= 0);
  const kept = later.filter((planned) => !dropped.includes(planned));
  const first = earlier.map(({ action, after }, index): PlannedAction => {
    const times = dropped.flatMap(({ action: other }) =>
      other.kind === 'identify' && repeated(other) === index ? [other.timestamp] : [],
    );
    if (action.kind !== 'identify' || times.length === 0) return { action, after };
    return { action: { ...action, timestamp: Math.max(action.timestamp, ...times) }, after };
  });
  const moved = kept.map(({ action, after }) => ({
    action,
    after: after === null ? null : earlier.length + kept.indexOf(later[after]!),
  }));
  return [...first, ...moved];
}

function isRepetition(action: Action, earlier: Action): boolean {
  return (
    action.kind === 'identify' &&
    earlier.kind === 'identify' &&
    action.person === earlier.person &&
    JSON.stringify(action.attributes) === JSON.stringify(earlier.attributes)
  );
}
