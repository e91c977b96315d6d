import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import type { Connection } from '../../src/pipeline/connection.ts';
import { NameWriter } from '../../src/pipeline/names/name-writer.ts';
import { ConnectionWorker } from '../../src/pipeline/worker.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { addEvents, type NewEvent } from '../../src/store/events/events.ts';
import { countStatements } from './count-statements.ts';
import { type Kind, openTestDatabase } from './databases.ts';
import { contact, deal, rules, SALES } from './entities.ts';
import { asLeased } from './leased.ts';
import { takeLease } from './leases.ts';

/** When the worker's clock begins, unix ms. */
export const NOW = 1_700_001_000_000;

/** A worker on a database of its own, in front of clients that are functions of the test. */
export interface WorkerRig extends AsyncDisposable {
  worker: ConnectionWorker;
  connection: Connection;
  database: Database;
  /** Its statements are not counted. */
  db: Db;
  /** How many statements the worker has sent, with the begins and ends of its transactions. */
  statements(): number;
  clock: TestClock;
  /** The messages that it has logged. */
  logged: string[];
  /**
   * Stores stage changes, as `[deal, second]`; the worker is not woken. They lead to an event and a note, in another stage to nothing.
   */
  addMoves(...moves: [dealId: number, second: number, stageId?: number][]): Promise<void>;
  /** The state of each event and how often it was postponed, in the order of their ids: `planned 0`. */
  events(): Promise<string[]>;
  /** A second worker of the same connection, to be started when the first one has stopped. */
  another(): ConnectionWorker;
  /** Gives the connection's lease to this instance. */
  giveLeaseTo(owner: string): Promise<void>;
}

/** @param kommo replaces methods of a Kommo client that has every deal and allows everything. */
export async function createWorkerRig(
  kommo: Record<string, unknown> = {},
  kind: Kind = 'postgres',
): Promise<WorkerRig> {
  const clock = new TestClock(NOW);
  const opened = await openTestDatabase(kind);
  const { db } = opened;
  const counted = countStatements(db);
  const database = { ...opened, db: counted.db };
  const logged: string[] = [];
  await takeLease(db, 'acme', 'test');
  const connection = connectionTo({ ...KOMMO, ...kommo });
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
  const names = new NameWriter({ db, log });
  const another = () => new ConnectionWorker({ database, connection, clock, log, names });
  const worker = another();
  return {
    worker,
    another,
    connection,
    database,
    db,
    statements: counted.count,
    clock,
    logged,
    addMoves: async (...moves) =>
      void (await addEvents(
        asLeased(db),
        moves.map((one) => move(...one)),
        NOW,
      )),
    async events() {
      const rows = await db.selectFrom('events').select(['state', 'attempts']).orderBy('id').execute();
      return rows.map(({ state, attempts }) => `${state} ${attempts}`);
    },
    async giveLeaseTo(owner) {
      await db.updateTable('connections').set({ owner }).where('connection', '=', 'acme').execute();
    },
    async [Symbol.asyncDispose]() {
      await worker.stop();
      await database.close();
    },
  };
}

const KOMMO = {
  requestsPerSecond: 7,
  isQuiet: () => false,
  whenQuiet: async () => {},
  account: async () => {},
  deals: async (ids: number[]) => new Map(ids.map((id) => [id, deal({ id })])),
  contacts: async () => new Map([[9, contact()]]),
  companies: async () => new Map(),
  dealMoves: async () => [],
  dealCreations: async () => [],
  recordChanges: async () => [],
  addNotes: async (items: unknown[]) => new Map(items.map((_, index) => [String(index), index + 1])),
};

function connectionTo(kommo: Record<string, unknown>): Connection {
  const catalog = {
    account: { timezone: 'UTC' },
    pipelines: [SALES],
    users: [],
    dealFields: [],
    contactFields: [],
  };
  const accept = async () => {};
  return {
    name: 'acme',
    owner: 'test',
    kommo,
    track: { identify: accept, track: accept },
    app: null,
    catalog,
    refreshCatalog: async () => catalog,
    rules: rules({ inactivity: [] }),
  } as unknown as Connection;
}

function move(dealId: number, second: number, stageId = 142): NewEvent {
  return {
    connection: 'acme',
    key: `move:${dealId}:${second}`,
    event: {
      kind: 'deal_moved',
      dealId,
      from: null,
      to: { pipelineId: SALES.id, stageId },
      occurredAt: NOW / 1000 - 100 + second,
    },
    name: null,
    person: null,
    inboxIds: [],
  };
}
