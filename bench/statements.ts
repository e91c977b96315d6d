/**
 * The statements of a stage change that comes alone, from Kommo's webhook to the stored outcome of the note, in their order on
 * PostgreSQL. What the process asks at rest (leases, the queue, polls) is left out. Counts do not depend on the machine's speed.
 *
 * Run: npm run bench:statements [-- --moves 20]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { startWorld } from '../test/support/world.ts';
import { median } from './support/statistics.ts';

/** Long enough for everything that is asked regularly within ten seconds. */
const REST_MS = 15_000;
/** After the note its outcome is still being stored. */
const IDLE_MS = 500;
const WARM_UP = 3;

interface Statement {
  /** Since the stage change. */
  ms: number;
  text: string;
  /** The connection to the database. */
  client: pg.Client;
}

const { values } = parseArgs({ options: { moves: { type: 'string', default: '20' } } });

/** Every statement since `begin`, of all connections of this process. */
class Recorder {
  #seen: Statement[] = [];
  #since = 0;

  constructor() {
    const record = (text: string, client: pg.Client) =>
      this.#seen.push({ ms: performance.now() - this.#since, text, client });
    const { query } = pg.Client.prototype;
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      const [given] = args as [string | { text?: string }];
      const text = typeof given === 'string' ? given : given.text;
      if (text !== undefined) record(text.replace(/\s+/g, ' ').trim(), this);
      return Reflect.apply(query, this, args);
    } as typeof query;
  }

  begin(): void {
    this.#seen = [];
    this.#since = performance.now();
  }

  end(): Statement[] {
    return this.#seen;
  }
}

const recorder = new Recorder();
const postgres = await startPostgresServer();
const world = await startWorld({ store: { dataDir: null, databaseUrl: postgres.url } });
for (const { id } of world.customerio.reportingWebhooks()) world.customerio.removeReportingWebhook(id);
for (const { destination } of world.kommo.hooks()) {
  world.kommo.removeHook(destination);
  world.kommo.addHook({ destination, settings: ['status_lead'] });
}

async function move(): Promise<Statement[]> {
  const { id } = world.deal();
  await sleep(IDLE_MS);
  recorder.begin();
  world.move(id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(id).length === 1);
  await sleep(IDLE_MS);
  return recorder.end();
}

/** Begins and ends of transactions are at rest, too: they belong to the statement next to them on their connection. */
function withoutRest(statements: Statement[], atRest: ReadonlySet<string>): Statement[] {
  return statements.filter(({ text, client }, index) => {
    if (!/^(begin|commit|rollback)$/i.test(text)) return !atRest.has(text);
    const others = /^begin$/i.test(text)
      ? statements.slice(index + 1)
      : statements.slice(0, index).toReversed();
    const inside = others.find((other) => other.client === client);
    return inside !== undefined && !atRest.has(inside.text);
  });
}

for (let n = 0; n < WARM_UP; n++) await move();
recorder.begin();
await sleep(REST_MS);
const atRest = new Set(recorder.end().map(({ text }) => text));
const moves: Statement[][] = [];
for (let n = 0; n < Number(values.moves); n++) moves.push(withoutRest(await move(), atRest));
await world.close();
await postgres.remove();

const counts = moves.map((statements) => statements.length);
const typical = moves.find(({ length }) => length === Math.round(median(counts))) ?? moves[0]!;
for (const [index, { ms, text }] of typical.entries())
  console.log(`${String(index + 1).padStart(3)}  ${ms.toFixed(1).padStart(6)} ms  ${text.slice(0, 110)}`);
console.log(
  `\nStatements of a lone stage change: median ${median(counts)}, from ${Math.min(...counts)} to ${Math.max(...counts)} (${counts.length} moves)`,
);
process.exit(0);
