/**
 * What is each part of the embedded database's tuning worth? A process of its own runs the same 15,600 short statements
 * (1,200 rounds of 13, about what a lone stage change needs) with all of it, and with all but one part: processor time
 * of a round (median of four times 300, all threads; the first of them is warm-up and left out) and the most memory.
 * Processor time and memory hardly depend on what else the machine does.
 *
 * Run: node bench/embedded-tuning.ts [runs]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { dueActions, nextDueAt } from '../src/store/actions/due-actions.ts';
import type { Db } from '../src/store/database/database.ts';
import { createFolder } from '../src/store/database/embedded/create-folder.ts';
import { FULL_TUNING, openEmbedded, type Tuning } from '../src/store/database/embedded/embedded.ts';
import { limitHeap } from '../src/store/database/embedded/heap-limits.ts';
import { migrate } from '../src/store/database/migrate.ts';
import type { Schema } from '../src/store/database/schema.ts';
import { newEvents, nextDueTimes } from '../src/store/events/due-events.ts';
import { pendingChanges } from '../src/store/events/pending-changes.ts';
import { newRequests } from '../src/store/inbox.ts';
import { runningWatches } from '../src/store/watches.ts';

const VARIANTS: Record<string, Partial<Tuning> & { heapLimits?: boolean }> = {
  'all of it': {},
  'without prepared statements': { preparedStatements: false },
  'without the small parser': { smallParser: false },
  'without limits of the heap': { heapLimits: false },
};
const ROUNDS = 300;

/** About what is asked for a stage change: 13 statements, 3 of which write. */
async function round(db: Db, n: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`insert into inbox (connection, source, received_at, headers, body)
      values (${'acme'}, ${'kommo'}, ${n}, ${'{}'}, ${Buffer.from('leads[status]=1')})`.execute(trx);
    await newRequests(trx, 'acme', 250, 1_000_000);
    await sql`update inbox set state = 'done' where id = any(${[n]}::bigint[])`.execute(trx);
    await sql`insert into events (connection, key, kind, deal_id, occurred_at, created_at, payload)
      values (${'acme'}, ${`k${n}`}, ${'deal_moved'}, ${n}, ${1}, ${1}, ${'{}'})`.execute(trx);
    await newEvents(trx, 'acme', 2, 250);
    await pendingChanges(trx, 'acme', [{ kind: 'deal_changed', subject: n }]);
    await sql`update events set state = 'planned' where id = any(${[n]}::bigint[])`.execute(trx);
  });
  await nextDueTimes(db, 'acme', 2);
  await dueActions(db, 'acme', 'kommo', 2, 100);
  await nextDueAt(db, 'acme', 'kommo', 2);
  await runningWatches(db, 'acme', ['p9']);
}

/** Writes `<ms a round> <MB at most>`. */
async function measure({ heapLimits = true, ...tuning }: (typeof VARIANTS)[string]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-tuning-'));
  if (heapLimits) limitHeap();
  await createFolder(join(folder, 'db'));
  const pglite = await openEmbedded(join(folder, 'db'), { tuning: { ...FULL_TUNING, ...tuning } });
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  await migrate(db as Kysely<unknown>);
  const times: number[] = [];
  for (let n = 1; n <= 4 * ROUNDS; ) {
    const before = process.cpuUsage();
    for (let count = 0; count < ROUNDS; count++) await round(db, n++);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000 / ROUNDS);
  }
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
  console.log(median(times.slice(1)).toFixed(2), Math.round(peakKb / 1024));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const variant = process.argv[3];
if (process.argv[2] === '--variant' && variant !== undefined) {
  await measure(VARIANTS[variant]!);
  process.exit(0);
}
for (let run = 1; run <= Number(process.argv[2] ?? 3); run++) {
  for (const name of Object.keys(VARIANTS)) {
    const args = [import.meta.filename, '--variant', name];
    const [ms, mb] = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split(' ');
    console.log(`run ${run}  ${name.padEnd(28)} ${ms} ms a round, at most ${mb} MB`);
  }
}
