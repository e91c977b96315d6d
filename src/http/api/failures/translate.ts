import { namesOfKind } from '../../../domain/actions.ts';
import { adviceFor } from '../../../failures/advice.ts';
import type { Failures } from '../../../failures/failure-groups.ts';
import type { ReplayPlan } from '../../../failures/replay-plan.ts';
import { LANGUAGES, type Sentences } from '../../../languages/languages.ts';

/** Problems in the reader's language. The error texts of the destinations stay as they came. */
export function translateFailures(found: Failures, words: Sentences): Failures {
  if (words === LANGUAGES.en) return found;
  return {
    ...found,
    groups: found.groups.map((group) => ({
      ...named(group, words),
      ...adviceFor(group, words),
      followers: group.followers.map((follower) => named(follower, words)),
    })),
  };
}

/** A plan in the reader's language. */
export function translatePlan(plan: ReplayPlan, words: Sentences): ReplayPlan {
  if (words === LANGUAGES.en) return plan;
  return {
    ...plan,
    sides: plan.sides.map((side) => ({ ...side, kinds: side.kinds.map((one) => named(one, words)) })),
  };
}

function named<T extends { kind: string }>(one: T, words: Sentences): T {
  return { ...one, names: namesOfKind(one.kind, words) };
}
