import { z } from 'zod';
import { connectionName, count, id, idParams, ms, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** The most deals of one decision by name; as many as fit into the body limit. */
const MOST_DEALS = 10_000;
const MOST_LISTED = 500;

export const hold = z.object({
  id,
  connection: connectionName,
  /**
   * `restored`: these may have been sent already, before the database was restored. `burst`: too many at once. `backfill`: a
   * backfill has found them in the stage.
   */
  cause: z.enum(['burst', 'restored', 'backfill']).default('burst'),
  /** 0, as `stageId`, where inactivity timers are held. */
  pipelineId: z.int(),
  stageId: z.int(),
  /** The names, or the ids where Kommo was not read yet. */
  pipeline: z.string(),
  stage: z.string(),
  /** The event that the stage sends. */
  event: z.string(),
  /** When the first and the last deal of the burst entered the stage. */
  firstAt: ms,
  lastAt: ms,
  openedAt: ms,
  /** When a deal was last added. Send it as `until` with a decision: nobody has seen later ones. */
  changedAt: ms,
  /** Deals that nobody has decided about, and those that were sent or discarded. */
  held: count,
  sent: count,
  discarded: count,
  /** Of those sent: on their way, waiting for a contact with an email, failed, and those that led to nothing. */
  sending: count,
  waiting: count,
  failed: count,
  ended: count,
  /** Held deals that entered the stage more than 72 hours ago: Customer.io starts no campaign for that time. */
  tooOld: count,
  /** Who moved the held deals, as far as Kommo says so. */
  users: z.array(z.object({ id: z.int(), name: z.string().nullable(), deals: count })),
  /** The first few deals. */
  sample: z.array(z.object({ dealId: id, deal: z.string().nullable(), link: z.string() })),
  /** What was decided, the newest first. */
  decisions: z.array(
    z.object({
      what: z.enum(['sent', 'discarded']),
      at: ms,
      /** Null where the audit log no longer has it. */
      who: z.string().nullable(),
      deals: count,
      /** The time that the events carry; null where nothing was sent. */
      timestamp: z.enum(['move', 'now']).nullable(),
      /** The reason of who discarded; null where events were sent. */
      why: z.string().nullable(),
    }),
  ),
});
export type Hold = z.output<typeof hold>;

export const holdsQuery = z.strictObject({
  connection: connectionName.optional(),
  /** `1`: also holds that have nothing left to decide. */
  decided: z.literal('1').optional(),
  /** Only holds in which this deal is held. */
  deal: queryNumber.optional(),
});
export const holds = z.object({ holds: z.array(hold) });
export type Holds = z.output<typeof holds>;

export const heldDealsQuery = z.strictObject({
  above: queryNumber.default(0),
  limit: queryNumber.pipe(z.number().min(1).max(MOST_LISTED)).default(100),
});
/** `next` is the `above` of the next page, or null. */
export const heldDeals = z.object({
  deals: z.array(
    z.object({
      connection: connectionName,
      event: id,
      dealId: id,
      /** The deal's name; null where it was not read. */
      deal: z.string().nullable(),
      at: ms,
      by: z.int().nullable(),
      link: z.string(),
    }),
  ),
  next: id.nullable(),
});
export type HeldDeals = z.output<typeof heldDeals>;

const choice = {
  /** Default: all of the hold. */
  deals: z.array(id).min(1).max(MOST_DEALS).optional(),
  /** Only deals that were held until then; the `changedAt` of the list that was shown. */
  until: ms.optional(),
};
export const holdSendBody = z.strictObject({
  ...choice,
  /** The time that the events carry: that of each move, or that of the sending. */
  timestamp: z.enum(['move', 'now']).default('move'),
});
export const holdSent = z.object({
  sent: count,
  /** Deals that stay held with `timestamp: move`, since they are older than 72 hours. */
  tooOld: count,
  /** Deals of the hold that are still to be decided. */
  left: count,
});
export type HoldSent = z.output<typeof holdSent>;
export const holdDiscardBody = z.strictObject({ ...choice, why: z.string().trim().min(1).max(1_000) });
export const holdDiscarded = z.object({ discarded: count, left: count });
export type HoldDiscarded = z.output<typeof holdDiscarded>;

export const holdRoutes = {
  holds: {
    method: 'GET',
    path: '/api/holds',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'holds',
    summary: 'Bursts of deals whose events are held until somebody decides',
    query: holdsQuery,
    answer: holds,
  },
  heldDeals: {
    method: 'GET',
    path: '/api/holds/:id/deals',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'holds',
    summary: 'The held deals of one burst, by event id',
    params: idParams,
    query: heldDealsQuery,
    answer: heldDeals,
  },
  holdSend: {
    method: 'POST',
    path: '/api/holds/:id/send',
    role: 'editor',
    scope: 'filtered',
    audit: 'hold_sent',
    tag: 'holds',
    summary: 'Sends the events of held deals, all or some, behind new events',
    params: idParams,
    body: holdSendBody,
    answer: holdSent,
  },
  holdDiscard: {
    method: 'POST',
    path: '/api/holds/:id/discard',
    role: 'editor',
    scope: 'filtered',
    audit: 'hold_discarded',
    tag: 'holds',
    summary: 'Discards held deals, all or some, with a reason',
    params: idParams,
    body: holdDiscardBody,
    answer: holdDiscarded,
  },
} as const satisfies Record<string, Route>;
