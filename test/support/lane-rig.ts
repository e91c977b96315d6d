import { setImmediate } from 'node:timers/promises';
import { type Selectable, sql } from 'kysely';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import type { KommoAction } from '../../src/domain/actions.ts';
import type { Catalog, FieldDefinition } from '../../src/domain/entities.ts';
import { createKommoClient, type KommoClient, longLivedToken } from '../../src/kommo/index.ts';
import { createKommoLane } from '../../src/pipeline/deliver/kommo/lane.ts';
import { addActions } from '../../src/store/actions/actions.ts';
import { dueActions } from '../../src/store/actions/due-actions.ts';
import type { Database } from '../../src/store/database/database.ts';
import type { ActionRow } from '../../src/store/database/schema.ts';
import { asLeased } from './leased.ts';
import { takeLease } from './leases.ts';

/** A Kommo lane with its outbox and a clock of its own, in front of any server that speaks Kommo. */
export interface LaneRig extends AsyncDisposable {
  clock: TestClock;
  kommo: KommoClient;
  /** Puts actions into the outbox, in order, all in one go. */
  put(actions: KommoAction[]): Promise<void>;
  /** Starts the lane and lets time pass until no more than this many actions are open. Default: none. */
  drain(left?: number): Promise<void>;
  /** The outbox, in order. */
  rows(): Promise<Selectable<ActionRow>[]>;
}

export interface RigOptions {
  database: Database;
  url: string;
  token: string;
  /** The deal fields as the lane knows them: its catalog may be older than the account. */
  fields?: FieldDefinition[];
}

const GIVE_UP_MS = 60_000;
let rigs = 0;

export async function startLane({ database, url, token, fields = [] }: RigOptions): Promise<LaneRig> {
  const { db } = database;
  rigs += 1;
  const name = `rig-${rigs}`;
  const clock = new TestClock(Date.now());
  const kommo = createKommoClient({
    baseUrl: url,
    tokens: longLivedToken(() => token),
    requestsPerSecond: 10_000,
    quietUntilMs: 0,
    timeoutMs: 5_000,
  });
  await takeLease(db, name, 'rig');
  const catalog = { ...EMPTY, dealFields: fields };
  const lane = createKommoLane({
    db,
    clock,
    log: pino({ level: 'silent' }),
    onSettled: () => {},
    connection: {
      name,
      owner: 'rig',
      kommo,
      catalog,
      refreshCatalog: async () => catalog,
      // The lane to Kommo looks at nothing else of a connection.
      ...({} as { track: never; app: never; rules: never; rulesVersion: never }),
    },
  });

  const rows = () =>
    db.selectFrom('actions').selectAll().where('connection', '=', name).orderBy('id').execute();
  /** How many actions are open, due and under way, and when the next postponed one is due. */
  const glance = () =>
    db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const { rows } = await sql<{ open: number; sending: number; next: number | null }>`
          select count(*)::int as open, count(*) filter (where state = 'sending')::int as sending,
            min(next_attempt_at) filter (where next_attempt_at > ${clock.now()}) as next
          from actions where connection = ${name} and state in ('ready', 'sending')
        `.execute(trx);
        const { due } = await dueActions(trx, name, 'kommo', clock.now(), 1);
        return { ...rows[0]!, due: due.length };
      });

  /** Time passes only while nothing is on its way: always up to what is due next. */
  async function drain(left = 0): Promise<void> {
    const deadline = performance.now() + GIVE_UP_MS;
    for (;;) {
      lane.wake();
      // The embedded database answers without letting the network have its turn.
      await setImmediate();
      const { open, due, sending, next } = await glance();
      if (open <= left && sending === 0) return;
      if (performance.now() > deadline) throw new Error(`The lane still has ${open} actions open.`);
      if (sending === 0 && due === 0 && next !== null) await clock.tick(next - clock.now());
    }
  }

  return {
    clock,
    kommo,
    put: (actions) =>
      addActions(
        asLeased(db),
        actions.map((payload) => ({
          connection: name,
          lane: 'kommo',
          event_id: 1,
          subject: `deal:${payload.dealId}`,
          deal_id: payload.dealId,
          payload,
          ulid: 'unused',
          after: null,
        })),
        clock.now(),
      ),
    drain,
    rows,
    async [Symbol.asyncDispose]() {
      await lane.stop();
      await kommo.close();
    },
  };
}

const EMPTY: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  pipelines: [],
  dealFields: [],
  contactFields: [],
  companyFields: [],
  users: [],
};
