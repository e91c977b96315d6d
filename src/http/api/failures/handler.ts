import type { DeadLetters } from '../../../failures/dead-letters.ts';
import type { WriteAudit } from '../audit-log.ts';
import type { Context, Handlers } from '../routes.ts';

type Failures = Pick<
  Handlers,
  'failures' | 'failureList' | 'replayPlan' | 'replay' | 'replayProgress' | 'discard'
>;

/** Lists, replays and discards dead letters. A change and its entry in the audit log are one transaction. */
export function failureHandlers(
  deadLetters: (connections: readonly string[]) => Promise<DeadLetters>,
  writeAudit: WriteAudit,
): Failures {
  const visible = ({ scope }: Context) => deadLetters(scope.names);
  return {
    failures: async ({ query }, context) => (await visible(context)).failures(query),
    failureList: async ({ query: { above, limit, ...wanted } }, context) => {
      const found = await (await visible(context)).list(wanted, above, limit);
      return { letters: found, next: found.length < limit ? null : found.at(-1)!.id };
    },
    replayPlan: async ({ body }, context) => (await visible(context)).plan(body),
    replay: async ({ body }, context) =>
      (await visible(context)).replay(body, (trx, ids) =>
        writeAudit(trx, context, 'replay', `${countText(ids)}: ${idsText(ids)}`),
      ),
    replayProgress: async ({ body }, context) => (await visible(context)).progress(body.ids),
    discard: async ({ body: { why, ...wanted } }, context) =>
      (await visible(context)).discard(wanted, why, (trx, ids) =>
        writeAudit(trx, context, 'discard', `${countText(ids)}, because: ${why}`),
      ),
  };
}

function countText({ length }: number[]): string {
  return length === 1 ? '1 dead letter' : `${length} dead letters`;
}

/** The first few ids, so that an entry stays short. */
function idsText(ids: number[]): string {
  return ids.length <= 20 ? ids.join(', ') : `${ids.slice(0, 20).join(', ')}, …`;
}
