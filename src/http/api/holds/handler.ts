import type { Holds } from '../../../holds/holds.ts';
import type { Actor } from '../../../store/users/actor.ts';
import type { Context, Handlers } from '../routes.ts';

type HoldHandlers = Pick<Handlers, 'holds' | 'heldDeals' | 'holdSend' | 'holdDiscard'>;

/** @param actor who decides */
export type OpenHolds = (connections: readonly string[], actor: Actor) => Promise<Holds>;

/**
 * Lists held deals, and decides about them.
 * @param linkOf the page of a deal in Kommo, by its connection
 */
export function holdHandlers(
  open: OpenHolds,
  linkOf: (connection: string, dealId: number) => string,
): HoldHandlers {
  const visible = ({ scope, actor }: Context) => open(scope.names, actor);
  return {
    holds: async ({ query: { connection, decided, deal } }, context) => {
      const found = await (await visible(context)).list({
        ...{ connection, decided: decided === '1', dealId: deal },
      });
      return {
        holds: found.map(({ firstAt, lastAt, older, sample, dealNames, ...hold }) => ({
          ...hold,
          firstAt: inMillis(firstAt),
          lastAt: inMillis(lastAt),
          tooOld: older,
          sample: sample.map((dealId) => ({
            dealId,
            deal: dealNames[dealId] || null,
            link: linkOf(hold.connection, dealId),
          })),
        })),
      };
    },
    heldDeals: async ({ params: { id }, query: { above, limit } }, context) => {
      const found = await (await visible(context)).deals(id, above, limit);
      return {
        deals: found.map(({ connection, at, ...deal }) => ({
          ...{ ...deal, connection },
          at: inMillis(at),
          link: linkOf(connection, deal.dealId),
        })),
        next: found.length < limit ? null : found.at(-1)!.event,
      };
    },
    holdSend: async ({ params: { id }, body: { timestamp, ...choice } }, context) =>
      (await visible(context)).send(id, choice, timestamp),
    holdDiscard: async ({ params: { id }, body: { why, ...choice } }, context) =>
      (await visible(context)).discard(id, choice, why),
  };
}

function inMillis(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1000));
}
