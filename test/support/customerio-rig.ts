import { EventEmitter, once } from 'node:events';
import { type Selectable, sql } from 'kysely';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import type { SimulatorOptions } from '../../simulators/customerio/types.ts';
import { type BatchItem, createTrackClient, eventId } from '../../src/customerio/index.ts';
import type { CustomerioAction } from '../../src/domain/actions.ts';
import { createCustomerioLane } from '../../src/pipeline/deliver/customerio/lane.ts';
import { addActions, PRIORITY } from '../../src/store/actions/actions.ts';
import type { Database } from '../../src/store/database/database.ts';
import type { ActionRow, AttemptRow } from '../../src/store/database/schema.ts';
import { asLeased } from './leased.ts';
import { takeLease } from './leases.ts';

/** A Customer.io lane with its outbox and a clock of its own, in front of a simulated workspace. */
export interface CustomerioRig extends AsyncDisposable {
  customerio: CustomerioSimulator;
  /** The items of every batch that the lane asked the client to send. */
  batches: BatchItem[][];
  /** How often each Track call was made, batches as `POST /api/v2/batch`. */
  calls(): { batch: number; single: number };
  /** Puts actions into the outbox, in order, all in one go. A person's next action waits for the one before. */
  put(actions: CustomerioAction[], priority?: keyof typeof PRIORITY): Promise<void>;
  /** There is something to deliver. */
  wake(): void;
  /** Starts the lane and lets time pass until nothing is open. */
  drain(): Promise<void>;
  /** The outbox, in order. */
  rows(): Promise<Selectable<ActionRow>[]>;
  attempts(): Promise<Omit<AttemptRow, 'id'>[]>;
}

export interface CustomerioRigOptions {
  database: Database;
  simulator?: SimulatorOptions;
  /** Awaited before a batch goes out. */
  beforeBatch?: () => Promise<void>;
  /** Awaited before a single event goes out. */
  beforeEvent?: () => Promise<void>;
}

const GIVE_UP_MS = 60_000;
let rigs = 0;

export async function startCustomerioLane(options: CustomerioRigOptions): Promise<CustomerioRig> {
  const { db } = options.database;
  rigs += 1;
  const name = `customerio-rig-${rigs}`;
  const clock = new TestClock(Date.now());
  const customerio = await startCustomerioSimulator(options.simulator);
  const { siteId, apiKey } = customerio.credentials;
  const client = createTrackClient({ siteId, apiKey, region: 'us', trackUrl: customerio.url });
  const batches: BatchItem[][] = [];
  const changes = new EventEmitter();
  await takeLease(db, name, 'rig');
  const lane = createCustomerioLane({
    db,
    clock,
    log: pino({ level: 'silent' }),
    onSettled: () => changes.emit('settled'),
    connection: {
      name,
      owner: 'rig',
      track: {
        ...client,
        async batch(items, onCall) {
          batches.push(items);
          await options.beforeBatch?.();
          return client.batch(items, onCall);
        },
        async track(person, event) {
          await options.beforeEvent?.();
          await client.track(person, event);
        },
      },
      // The lane to Customer.io looks at nothing else of a connection.
      ...({} as {
        kommo: never;
        app: never;
        rules: never;
        rulesVersion: never;
        catalog: never;
        refreshCatalog: never;
      }),
    },
  });

  /** How many actions are open, how many of them are due, and when the next postponed one is. */
  async function glance() {
    const { rows } = await sql<{ open: number; due: number; next: number | null }>`
      select count(*)::int as open,
        count(*) filter (where state = 'ready' and next_attempt_at <= ${clock.now()})::int as due,
        min(next_attempt_at) filter (where next_attempt_at > ${clock.now()}) as next
      from actions where connection = ${name} and state in ('ready', 'waiting')
    `.execute(db);
    return rows[0]!;
  }

  /** Time passes only while nothing can be sent: always up to what is due next. */
  async function drain(): Promise<void> {
    for (const signal = AbortSignal.timeout(GIVE_UP_MS); ; ) {
      const settled = once(changes, 'settled', { signal });
      settled.catch(() => {});
      lane.wake();
      const { open, due, next } = await glance();
      if (open === 0) return;
      const { until } = lane.state();
      if (until !== null) await clock.tick(until - clock.now());
      else if (due === 0 && next !== null) await clock.tick(next - clock.now());
      else await settled;
    }
  }

  return {
    customerio,
    batches,
    calls() {
      const paths = customerio.requests.map(({ path }) => path);
      const batch = paths.filter((path) => path === '/api/v2/batch').length;
      return { batch, single: paths.length - batch };
    },
    async put(actions, priority = 'live') {
      const before = await sql<{ id: number | null }>`select max(id) as id from actions`.execute(db);
      const last = new Map<string, number>();
      const rows = actions.map((payload, index) => {
        const after = last.get(payload.person) ?? null;
        last.set(payload.person, index);
        const ulid = eventId(clock.now(), `${name}:${rigs}:${before.rows[0]!.id}:${index}`);
        const { person: subject } = payload;
        return {
          connection: name,
          lane: 'customerio' as const,
          event_id: 1,
          subject,
          deal_id: 1,
          payload,
          ulid,
          after,
        };
      });
      await db.transaction().execute(async (trx) => {
        await addActions(asLeased(trx), rows, clock.now());
        await sql`update actions set priority = ${PRIORITY[priority]}
          where connection = ${name} and id > ${before.rows[0]!.id ?? 0}`.execute(trx);
      });
    },
    wake: () => lane.wake(),
    drain,
    rows: () => db.selectFrom('actions').selectAll().where('connection', '=', name).orderBy('id').execute(),
    attempts: () =>
      db.selectFrom('attempts').selectAll().where('connection', '=', name).orderBy('id').execute(),
    async [Symbol.asyncDispose]() {
      await lane.stop();
      await client.close();
      await customerio.close();
    },
  };
}
