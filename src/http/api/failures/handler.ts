import type { DeadLetters } from '../../../failures/dead-letters.ts';
import type { Actor } from '../../../store/users/actor.ts';
import type { Context, Handlers } from '../routes.ts';
import { translateFailures, translatePlan } from './translate.ts';

type Failures = Pick<
  Handlers,
  'failures' | 'failureList' | 'replayPlan' | 'replay' | 'replayProgress' | 'discard'
>;

/** @param actor who replays and discards them */
export type OpenDeadLetters = (connections: readonly string[], actor: Actor) => Promise<DeadLetters>;

/** Lists, replays and discards dead letters. */
export function failureHandlers(open: OpenDeadLetters): Failures {
  const visible = ({ scope, actor }: Context) => open(scope.names, actor);
  return {
    failures: async ({ query }, context) =>
      translateFailures(await (await visible(context)).failures(query), context.words),
    failureList: async ({ query: { above, limit, ...wanted } }, context) => {
      const found = await (await visible(context)).list(wanted, above, limit);
      return { letters: found, next: found.length < limit ? null : found.at(-1)!.id };
    },
    replayPlan: async ({ body }, context) =>
      translatePlan(await (await visible(context)).plan(body), context.words),
    replay: async ({ body }, context) => (await visible(context)).replay(body),
    replayProgress: async ({ body }, context) => (await visible(context)).progress(body.ids),
    discard: async ({ body: { why, ...wanted } }, context) => (await visible(context)).discard(wanted, why),
  };
}
