import type { Backfills, Backfill as ShownBackfill } from '../../../backfills/backfills.ts';
import { BackfillError, type BackfillErrorCode } from '../../../backfills/errors.ts';
import type { Actor } from '../../../store/users/actor.ts';
import { HttpError } from '../../http-error.ts';
import type { Context, Handlers } from '../routes.ts';

type BackfillHandlers = Pick<
  Handlers,
  | 'backfills'
  | 'backfill'
  | 'backfillCreate'
  | 'backfillStart'
  | 'backfillPause'
  | 'backfillResume'
  | 'backfillStop'
  | 'backfillLeftOut'
>;

/** @param actor who decides */
export type OpenBackfills = (connections: readonly string[], actor: Actor) => Promise<Backfills>;

type LinkOf = (connection: string, dealId: number) => string;

/** Plans, starts and shows backfills. @param linkOf the page of a deal in Kommo, by its connection */
export function backfillHandlers(open: OpenBackfills, linkOf: LinkOf): BackfillHandlers {
  const visible = ({ scope, actor }: Context) => open(scope.names, actor);
  const change =
    (what: 'pause' | 'resume' | 'stop') => async (input: { params: { id: number } }, context: Context) => {
      await answered(async () => (await visible(context))[what](input.params.id));
      return { ok: true } as const;
    };
  return {
    backfills: async ({ query: { connection } }, context) => {
      const found = await answered(async () => (await visible(context)).list(connection));
      return { backfills: found.map((one) => linked(one, linkOf)) };
    },
    backfill: async ({ params: { id } }, context) =>
      linked(await answered(async () => (await visible(context)).find(id)), linkOf),
    backfillCreate: async ({ body: { connection, filter } }, context) => ({
      id: await answered(async () => (await visible(context)).create(connection, filter)),
    }),
    backfillStart: async ({ params: { id }, body: { events } }, context) => {
      await answered(async () => (await visible(context)).start(id, events));
      return { ok: true };
    },
    backfillPause: change('pause'),
    backfillResume: change('resume'),
    backfillStop: change('stop'),
    backfillLeftOut: async ({ params: { id }, query: { above, limit } }, context) => {
      const { deals, connection } = await answered(async () => {
        const backfills = await visible(context);
        return { ...(await backfills.find(id)), deals: await backfills.leftOut(id, above, limit) };
      });
      return {
        deals: deals.map((deal) => ({ ...deal, link: linkOf(connection, deal.dealId) })),
        next: deals.length < limit ? null : deals.at(-1)!.dealId,
      };
    },
  };
}

function linked(backfill: ShownBackfill, linkOf: LinkOf) {
  const { connection, examples } = backfill;
  return {
    ...backfill,
    examples: examples.map((deal) => ({ ...deal, link: linkOf(connection, deal.dealId) })),
  };
}

const STATUS: Record<BackfillErrorCode, number> = { not_found: 404, invalid: 400, conflict: 409 };

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackfillError)) throw error;
    throw new HttpError(STATUS[error.code], error.message);
  }
}
