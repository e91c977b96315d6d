/**
 * Stagepost between both simulators, under load, faults and kill -9; afterwards an oracle says what should
 * have come of it. Run: npm run torture -- --help
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleEnv } from '../test/support/example-env.ts';
import { loadConfigText } from '../test/support/load-config.ts';
import { type PostgresServer, startPostgresServer } from '../test/support/postgres-server.ts';
import { finish, spawnStagepost } from '../test/support/stagepost-process.ts';
import { createBackfills } from './backfills.ts';
import { createFaults } from './faults.ts';
import { createKills } from './kills.ts';
import { createLoad } from './load.ts';
import { readOptions, type TortureOptions } from './options.ts';
import { createProcesses } from './processes.ts';
import { createProgress } from './progress.ts';
import { type Run, reportOf } from './report.ts';
import { SHORT_TIME_SCALE, shortRetention } from './retention/preload.ts';
import { removedEvents } from './retention/removed.ts';
import { type Simulators, startSimulators } from './simulators.ts';
import { table } from './table.ts';
import { markedConfig } from './texts.ts';
import { createTransfers } from './transfers.ts';
import { openWork, untilIdle } from './until-idle.ts';

/** After a restore, creations of deals are found in Kommo's log once they are three minutes old (src/pipeline/understand/). */
const LATE_MS = 200_000;

/** The example's five days, shortened so that watches run out during the run. */
const INACTIVE_AFTER_S = 40;

/** @returns whether all was right. */
async function torture(options: TortureOptions): Promise<boolean> {
  const { minutes, seed, database, processes: count } = options;
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-torture-'));
  const where = `${database}, ${count} process${count > 1 ? 'es' : ''}`;
  console.log(`torture: ${minutes} min, seed ${seed}, ${where}; logs in ${folder}`);
  const needsServer = database === 'postgres' || options.moveEverySeconds > 0;
  const postgres = needsServer ? await startPostgresServer() : null;
  await postgres?.createDatabase('stagepost');
  const run = await storm(options, folder, postgres);
  const { rows, wrong } = reportOf(run);
  if (options.retentionEverySeconds > 0) rows.push(['events deleted', removedEvents(folder)]);
  console.log(table(rows));
  for (const words of wrong.slice(0, 40)) console.log(`  ✗ ${words}`);
  const kept = `${wrong.length} wrong; logs are kept in ${folder}`;
  console.log(wrong.length === 0 ? '  ✓ nothing lost, nothing doubled' : `  ${kept}`);
  if (wrong.length > 0) {
    keepJournal(run, folder);
    await finish(spawnStagepost(['backup', 'final.backup'], { folder, env: run.env }));
  }
  await run.simulators.close();
  await postgres?.remove();
  if (wrong.length === 0) rmSync(folder, { recursive: true, force: true });
  return wrong.length === 0;
}

/** With it, what was sent before a restore can be known, and reports that only a lost database has had come back. */
function appApi({ customerio }: Simulators): Record<string, string> {
  return { CUSTOMERIO_APP_KEY: customerio.credentials.appKey, CUSTOMERIO_APP_URL: customerio.url };
}

/** What the oracle judged by and Kommo's own log, one fact a line. */
function keepJournal({ simulators }: Run, folder: string): void {
  const lines = Object.entries(simulators.journal.observed()).flatMap(([kind, facts]) =>
    (facts as object[]).map((fact) => JSON.stringify({ kind, ...fact })),
  );
  const log = simulators.kommo.events().map((event) => JSON.stringify({ kind: 'log', ...event }));
  writeFileSync(join(folder, 'journal.jsonl'), [...lines, ...log].join('\n'));
}

/** The run itself, until all has settled and Stagepost has ended. */
async function storm(
  options: TortureOptions,
  folder: string,
  postgres: PostgresServer | null,
): Promise<Run & { env: Record<string, string> }> {
  const { seed, processes: count } = options;
  const isShort = options.retentionEverySeconds > 0;
  const env: Record<string, string> = { STAGEPOST_DATA: 'data' };
  if (postgres && options.database === 'postgres') env.DATABASE_URL = `${postgres.url}/stagepost`;
  const example = readFileSync(join(import.meta.dirname, '../examples/stagepost.yaml'), 'utf8');
  const config = markedConfig(loadConfigText(example), { ...options, inactiveAfterS: INACTIVE_AFTER_S });
  writeFileSync(join(folder, 'stagepost.yaml'), config);
  const processes = createProcesses({ folder, count, env });
  const simulators = await startSimulators(seed, processes.url, isShort ? SHORT_TIME_SCALE : undefined);
  Object.assign(env, exampleEnv(simulators.kommo, simulators.customerio));
  if (options.restoreEverySeconds > 0) Object.assign(env, appApi(simulators));
  if (isShort) Object.assign(env, shortRetention(options.retentionEverySeconds));
  const load = createLoad(simulators, seed, { perSecond: options.load, isTwoWay: options.twoWay });
  const faults = createFaults(simulators, seed, postgres);
  const kills = createKills(simulators, processes, count, seed, options.killEverySeconds * 1000);
  const backfills = createBackfills({ folder, env, isEnabled: options.backfill });
  const transfers = createTransfers({ ...options, folder, env, processes, postgres });
  const progress = createProgress();

  const earlierDeals = options.backfill ? load.makeEarlier() : [];
  await processes.start();
  await load.prepare();
  load.start();
  faults.start();
  kills.start();
  transfers.start();
  backfills.start();
  const words = () => `${load.done()} changes, ${kills.counts().killed} kills`;
  await progress.during(options.minutes * 60_000, words);
  await transfers.stop();
  load.stop();
  kills.stop();
  await faults.stop();
  await backfills.finish();
  // Kommo's log is read back for seconds only.
  if (isShort) await processes.restart();

  const settle = (kinds?: string[]) =>
    untilIdle(processes.url, simulators, (left) => progress.show(`settling: ${left}`), kinds);
  await settle();
  if (options.restoreEverySeconds > 0) await progress.during(LATE_MS, () => 'waiting for what is found late');
  // Moves that no webhook has reported since the last start are found at the next start.
  await processes.restart();
  const left = await settle(['waiting']);
  progress.end();
  const deadLetters = (await openWork(processes.url))?.get('dead') ?? 0;
  await processes.close();
  const inactiveAfterMs = INACTIVE_AFTER_S * 1000;
  const { optInFromCrm } = options;
  return {
    simulators,
    processes,
    load,
    faults,
    kills,
    transfers,
    backfills,
    earlierDeals,
    inactiveAfterMs,
    optInFromCrm,
    left,
    deadLetters,
    env,
  };
}

try {
  const options = readOptions(process.argv.slice(2));
  process.exit(options === null || (await torture(options)) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
