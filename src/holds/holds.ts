import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { CAMPAIGN_AGE_S } from '../domain/campaign-settings.ts';
import type { Catalog } from '../domain/entities.ts';
import { loadCatalog } from '../store/connections/catalog.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { dealRecords } from '../store/deals/deals.ts';
import { countHeld, discardHeld, type HeldSelection, releaseHeld } from '../store/holds/decide-holds.ts';
import {
  type HeldDeal,
  holdIds,
  listHeldDeals,
  readHold,
  type StoredHold,
} from '../store/holds/list-holds.ts';
import type { Actor } from '../store/users/actor.ts';

/** A hold as it is shown: names instead of ids, as far as the account's catalog was read. */
export interface Hold extends Omit<StoredHold, 'users'> {
  /** The names of the deals in `sample`, as far as they were read, by id. */
  dealNames: Record<number, string>;
  pipeline: string;
  stage: string;
  /** The name is null where the catalog does not have the user. Id 0 is an integration or robot. */
  users: { id: number; name: string | null; deals: number }[];
}

/** Which held deals a decision is about. */
export interface HeldChoice {
  /** Default: all of the hold. */
  deals?: number[] | undefined;
  /** Only those that were held until then, ms: nobody has seen later ones. Default: all. */
  until?: Millis | undefined;
}

/** Reads holds and decides about them, for the commands and the API. Those of other connections do not exist for it. */
export interface Holds {
  /** @param options `decided`: also those that have nothing left to decide; `dealId`: only those in which it is held */
  list(options: {
    connection?: string | undefined;
    decided: boolean;
    dealId?: number | undefined;
  }): Promise<Hold[]>;
  deals(holdId: number, above: number, limit: number): Promise<HeldDeal[]>;
  /**
   * Releases deals: their events are sent behind new ones. A second call changes nothing.
   * @param timestamp `move`: the events carry the times of the moves. Those that are older than 72 hours stay held then,
   * because Customer.io starts no campaign for them. `now`: all carry the time of their sending.
   */
  send(
    holdId: number,
    choice: HeldChoice,
    timestamp: 'move' | 'now',
  ): Promise<{ sent: number; tooOld: number; left: number }>;
  /** Ends deals without an event. A second call changes nothing. */
  discard(holdId: number, choice: HeldChoice, why: string): Promise<{ discarded: number; left: number }>;
}

export interface HoldsOptions {
  database: Pick<Database, 'db' | 'notify'>;
  connections: string[];
  /** Who decides, for the audit log and the traces. */
  actor: Actor;
  now(): Millis;
}

/** Rows of one transaction: few enough not to delay a webhook's answer on the embedded database. */
const STEP = 500;
const MOST_HOLDS = 100;

export function createHolds({ database, connections, actor, now }: HoldsOptions): Holds {
  const { db, notify } = database;
  const oldest = () => Math.floor(now() / 1000) - CAMPAIGN_AGE_S;
  const selectionOf = (holdId: number, { deals, until }: HeldChoice): HeldSelection => ({
    ...{ holdId, connections, dealIds: deals, until },
  });

  return {
    async list({ connection, decided, dealId }) {
      const names =
        connection === undefined ? connections : connections.filter((name) => name === connection);
      const holds: NamedHold[] = [];
      for (const id of await holdIds(db, names, { decided, dealId, limit: MOST_HOLDS })) {
        const stored = await readHold(db, id, oldest());
        holds.push({ ...stored, dealNames: await dealNames(db, stored) });
        // On the embedded database the queries run on this thread: webhooks are answered in between.
        await yieldToEventLoop();
      }
      const catalogs = new Map<string, Catalog | null>();
      for (const name of new Set(holds.map((hold) => hold.connection)))
        catalogs.set(name, await loadCatalog(db, name));
      return holds.map((hold) => named(hold, catalogs.get(hold.connection) ?? null));
    },
    deals: (holdId, above, limit) => listHeldDeals(db, connections, holdId, above, limit),
    async send(holdId, choice, timestamp) {
      const all = selectionOf(holdId, choice);
      const selection = timestamp === 'move' ? { ...all, notBefore: oldest() } : all;
      // One time for all steps: it joins the moves of one decision with the audit log.
      const by = { actor, at: now() };
      const sent = await inSteps(() => releaseHeld(db, selection, timestamp, STEP, by));
      if (sent > 0) for (const connection of connections) notify({ type: 'work_stored', connection });
      const { older } = await countHeld(db, all, oldest());
      const { held: left } = await countHeld(db, selectionOf(holdId, {}), 0);
      return { sent, tooOld: timestamp === 'move' ? older : 0, left };
    },
    async discard(holdId, choice, why) {
      const selection = selectionOf(holdId, choice);
      const by = { actor, at: now() };
      const discarded = await inSteps(() => discardHeld(db, selection, why, STEP, by));
      const { held: left } = await countHeld(db, selectionOf(holdId, {}), 0);
      return { discarded, left };
    },
  };
}

/** In the place of names where timers are held, which are about no stage. */
const TIMERS = { pipeline: 'Inactivity', stage: 'Timers that ran out' };

type NamedHold = StoredHold & Pick<Hold, 'dealNames'>;

async function dealNames(db: Db, { connection, sample }: StoredHold): Promise<Hold['dealNames']> {
  const records = await dealRecords(db, connection, sample);
  return Object.fromEntries([...records].map(([id, { name }]) => [id, name]));
}

function named(hold: NamedHold, catalog: Catalog | null): Hold {
  const pipeline = catalog?.pipelines.find(({ id }) => id === hold.pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === hold.stageId);
  return {
    ...hold,
    pipeline: hold.pipelineId === 0 ? TIMERS.pipeline : (pipeline?.name ?? String(hold.pipelineId)),
    stage: hold.stageId === 0 ? TIMERS.stage : (stage?.name ?? String(hold.stageId)),
    users: hold.users.map(({ id, deals }) => ({
      ...{ id, deals, name: catalog?.users.find((user) => user.id === id)?.name ?? null },
    })),
  };
}

async function inSteps(step: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await step();
    total += count;
    if (count < STEP) return total;
    await yieldToEventLoop();
  }
}
