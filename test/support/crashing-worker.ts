import { flushCompileCache } from 'node:module';
import { pino } from 'pino';
import type { Connection } from '../../src/pipeline/connection.ts';
import { NameWriter } from '../../src/pipeline/names/name-writer.ts';
import { ConnectionWorker } from '../../src/pipeline/worker.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { contact, deal, rules, SALES } from './entities.ts';
import { takeLease } from './leases.ts';

/*
 * A process that runs a connection until all of its events are planned. Reading a property of deal 5 kills it.
 * Arguments: the store as JSON, whether the previous run was killed, and the property.
 * Prints one line of JSON when it has started: how planning is shown. It does not wait for that state to end.
 */

const DEADLY_DEAL = 5;

// A process that is killed leaves no cache of its compiled modules otherwise.
flushCompileCache();
const [store, afterCrash, property] = process.argv.slice(2);
const database = await openDatabase({ ...JSON.parse(store!), onError: () => {} });
await database.start();
await database.db.updateTable('connections').set({ owner: null }).execute();
await takeLease(database.db, 'acme', 'test');
// Planning waits after repeated ends. With this clock the wait is over once the state was printed.
let ahead = 0;
const clock = {
  now: () => Date.now() + ahead,
  setTimeout: (work: () => void, ms: number) => setTimeout(work, Math.max(0, ms - ahead)),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
};

const kommo = {
  ...{ requestsPerSecond: 7, isQuiet: () => false, whenQuiet: async () => {}, account: async () => {} },
  deals: async (ids: number[]) => new Map(ids.map((id) => [id, deadlyDeal(id)])),
  contacts: async () => new Map([[9, contact()]]),
  ...{ companies: async () => new Map(), dealMoves: async () => [], dealCreations: async () => [] },
  recordChanges: async () => [],
  addNotes: async (items: unknown[]) => new Map(items.map((_, index) => [String(index), index + 1])),
};
const catalog = {
  account: { timezone: 'UTC' },
  pipelines: [SALES],
  users: [],
  dealFields: [],
  contactFields: [],
};
const accept = async () => {};
const connection = {
  ...{ name: 'acme', owner: 'test', kommo, track: { identify: accept, track: accept }, app: null, catalog },
  ...{ rulesVersion: 1, refreshCatalog: async () => catalog },
  rules: rules({ inactivity: [] }),
} as unknown as Connection;

function deadlyDeal(id: number) {
  const read = deal({ id });
  const value = read[property as keyof typeof read];
  return Object.defineProperty(read, property!, {
    get() {
      if (id === DEADLY_DEAL) process.kill(process.pid, 'SIGKILL');
      return value;
    },
  });
}

const log = pino({ enabled: false });
const names = new NameWriter({ db: database.db, log });
const worker = new ConnectionWorker({ database, connection, clock: clock as never, log, names });
await worker.start(0, afterCrash === 'true');
process.stdout.write(`${JSON.stringify(worker.state().planning)}\n`);
ahead = 3_600_000;
for (;;) {
  worker.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const open = await database.db.selectFrom('events').select('id').where('state', '=', 'new').execute();
  if (open.length === 0) break;
}
await worker.stop();
await database.close();
process.exit(0);
