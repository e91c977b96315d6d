import type { DeadLetters } from '../../../failures/dead-letters.ts';
import type { Audit } from '../people/audit.ts';
import type { Handlers } from '../routes.ts';

type Failures = Pick<
  Handlers,
  'failures' | 'failureList' | 'replayPlan' | 'replay' | 'replayProgress' | 'discard'
>;

/** What can be asked and done about dead letters. What changes something is written into the audit log. */
export function failureHandlers(letters: () => Promise<DeadLetters>, audit: Audit): Failures {
  return {
    failures: async ({ query }) => (await letters()).failures(query),
    failureList: async ({ query: { above, limit, ...wanted } }) => {
      const found = await (await letters()).list(wanted, above, limit);
      return { letters: found, next: found.length < limit ? null : found.at(-1)!.id };
    },
    replayPlan: async ({ body }) => (await letters()).plan(body),
    replay: async ({ body }, context) => {
      const answer = await (await letters()).replay(body);
      if (answer.taken.length > 0)
        await audit(context, 'replay', `${counted(answer.taken.length)}: ${idsIn(answer.taken)}`);
      return answer;
    },
    replayProgress: async ({ body }) => (await letters()).progress(body.ids),
    discard: async ({ body: { why, ...wanted } }, context) => {
      const answer = await (await letters()).discard(wanted, why);
      if (answer.discarded > 0)
        await audit(context, 'discard', `${counted(answer.discarded)}, because: ${why}`);
      return answer;
    },
  };
}

function counted(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`;
}

/** The first few, so that a log entry stays short. */
function idsIn(ids: number[]): string {
  return ids.length <= 20 ? ids.join(', ') : `${ids.slice(0, 20).join(', ')}, …`;
}
