import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { removeExpired } from '../../src/pipeline/retention.ts';
import { createRollUp } from '../../src/store/counts/roll-up.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { makeCheckpoint } from '../../src/store/database/embedded/checkpoints.ts';
import type { Millis } from '../../src/store/database/schema.ts';
import { gatherStatistics, outgrownTables } from '../../src/store/database/statistics-queries.ts';
import { Vacuum } from '../../src/store/database/vacuum.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { PastEvents } from '../../src/store/retention/past-events.ts';
import type { StepClock } from '../../src/store/retention/steps.ts';
import { median } from '../support/statistics.ts';
import { CONNECTION, createConnection, storeMoves } from './simulated-moves.ts';

export interface YearPlan {
  movesADay: number;
  days: number;
  retentionDays: number;
}

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 0, 1);
/** Moves that share statements. */
const GROUP = 100;
const MB = 1024 * 1024;

/** The size at the end of each day, in bytes. */
export interface YearSizes {
  database: number[];
  /** With the write-ahead log; empty on a server, whose disk cannot be seen. */
  folder: number[];
}

/**
 * @param dataDir with the embedded database in `db`; null on a server
 * @param onDay called with the sizes up to the end of each day, so that a run that is ended early has its results, too
 */
export async function runYear(
  database: Database,
  dataDir: string | null,
  plan: YearPlan,
  onDay: (sizes: YearSizes) => void,
): Promise<void> {
  const folder = dataDir === null ? null : join(dataDir, 'db');
  const sizes: YearSizes = { database: [], folder: [] };
  const { db } = database;
  await createConnection(db);
  let now = BEGIN;
  const rollUp = createRollUp({ database, now: () => now + 60_000, onError: console.error });
  const vacuum = new Vacuum(db, () => now + 1_000);
  const pastEvents = new PastEvents(db);
  let longestVacuumMs = 0;
  let longestQuietMs = 0;
  const runs: Run[] = [];
  for (let day = 0; day < plan.days; day++) {
    for (let move = 0; move < plan.movesADay; move += GROUP) {
      now = BEGIN + day * DAY + Math.floor((move / plan.movesADay) * DAY);
      await storeMoves(db, day * plan.movesADay + move, Math.min(GROUP, plan.movesADay - move), now);
      if (dataDir === null) continue;
      longestVacuumMs = Math.max(longestVacuumMs, await timeOf(() => vacuum.run()));
      await makeCheckpoint(db, dataDir);
    }
    await rollUp.countAll();
    await gatherStatistics(db, folder === null ? [] : await outgrownTables(db));
    // The night: no webhook for ten minutes.
    now += 600_000;
    for (let table = 0; folder !== null && table < 4; table++)
      longestQuietMs = Math.max(longestQuietMs, await timeOf(() => vacuum.run()));
    runs.push(
      await measureRetention(database, pastEvents, BEGIN + (day + 1) * DAY, plan.retentionDays * DAY),
    );
    sizes.database.push(await databaseSize(db));
    if (folder !== null) sizes.folder.push(bytesOf(folder));
    onDay(sizes);
    if (day % 10 === 9 || day === plan.days - 1) {
      await report(db, folder, day + 1, runs.slice(-10));
      if (folder !== null)
        console.log(
          `a vacuum: at most ${Math.round(longestVacuumMs)} ms, in a quiet moment ${Math.round(longestQuietMs)} ms`,
        );
    }
  }
  await rollUp.stop();
}

async function databaseSize(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database())::float8 as bytes`.execute(db);
  return rows[0]!.bytes;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

interface Run {
  /** Without the pauses. */
  ms: number;
  /** The longest time that storing one webhook took meanwhile. */
  longestWaitMs: number;
}

/** Runs the hourly job once, with a whole day to remove, while webhooks arrive every 20 ms. */
async function measureRetention(
  database: Database,
  pastEvents: PastEvents,
  now: Millis,
  retentionMs: Millis,
): Promise<Run> {
  let longestWaitMs = 0;
  let isRunning = true;
  const webhooks = (async () => {
    while (isRunning) {
      const due = performance.now() + 20;
      await setTimeout(20);
      await storeRequests(database.db, [
        { connection: 'probe', source: 'kommo', receivedAt: now, headers: {}, body: Buffer.from('probe') },
      ]);
      longestWaitMs = Math.max(longestWaitMs, performance.now() - due);
    }
  })();
  let pausedMs = 0;
  const stepClock: StepClock = {
    now: () => performance.now(),
    async pause(ms) {
      pausedMs += await timeOf(() => setTimeout(ms));
    },
  };
  const log = { info() {}, warn: console.error };
  const options = { database, dataDir: null, retentionMs, now: () => now, log, stepClock };
  const ms = (await timeOf(() => removeExpired(options, pastEvents))) - pausedMs;
  isRunning = false;
  await webhooks;
  await sql`delete from inbox where connection = 'probe'`.execute(database.db);
  return { ms, longestWaitMs };
}

async function report(db: Db, folder: string | null, days: number, runs: Run[]): Promise<void> {
  const { rows } = await sql<{ name: string; bytes: number; rows: number }>`
    select coalesce(parent.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
    group by 1 having sum(pg_total_relation_size(c.oid)) > 500000 order by 2 desc
  `.execute(db);
  const longest = (of: keyof Run) => Math.round(Math.max(...runs.map((run) => run[of])));
  console.log(`\nday ${days} (${CONNECTION}), ${new Date().toISOString()}`);
  console.log(
    `database ${mb(await databaseSize(db))} MB${folder === null ? '' : `, folder ${mb(bytesOf(folder))} MB`}`,
  );
  console.log(rows.map(({ name, bytes }) => `${name} ${mb(bytes)}`).join(', '));
  console.log(
    `the job, of the last ${runs.length} days: median ${Math.round(median(runs.map(({ ms }) => ms)))} ms, at most ${longest('ms')} ms; a webhook waits at most ${longest('longestWaitMs')} ms, at the median of the days ${Math.round(median(runs.map(({ longestWaitMs }) => longestWaitMs)))} ms`,
  );
}

const mb = (bytes: number) => (bytes / MB).toFixed(1);

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
