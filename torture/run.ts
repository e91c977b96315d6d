/**
 * Stagepost between both simulators, under load, faults and kill -9; afterwards an oracle says what should
 * have come of it. Run: npm run torture -- --help
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleEnv } from '../test/support/example-env.ts';
import { type PostgresServer, startPostgresServer } from '../test/support/postgres-server.ts';
import { createFaults } from './faults.ts';
import { createKills } from './kills.ts';
import { createLoad } from './load.ts';
import { readOptions, type TortureOptions } from './options.ts';
import { createProcesses } from './processes.ts';
import { createProgress } from './progress.ts';
import { type Run, reportOf } from './report.ts';
import { startSimulators } from './simulators.ts';
import { table } from './table.ts';
import { openWork, untilIdle } from './until-idle.ts';

/** The example's five days, shortened so that watches run out during the run. */
const INACTIVE_AFTER_S = 40;

/** @returns whether all was right. */
async function torture(options: TortureOptions): Promise<boolean> {
  const { minutes, seed, database, processes: count } = options;
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-torture-'));
  const where = `${database}, ${count} process${count > 1 ? 'es' : ''}`;
  console.log(`torture: ${minutes} min, seed ${seed}, ${where}; logs in ${folder}`);
  const postgres = database === 'postgres' ? await startPostgresServer() : null;
  await postgres?.createDatabase('stagepost');
  const run = await storm(options, folder, postgres);
  const { rows, wrong } = reportOf(run);
  console.log(table(rows));
  for (const words of wrong.slice(0, 40)) console.log(`  ✗ ${words}`);
  const kept = `${wrong.length} wrong; logs are kept in ${folder}`;
  console.log(wrong.length === 0 ? '  ✓ nothing lost, nothing doubled' : `  ${kept}`);
  await run.simulators.close();
  await postgres?.remove();
  if (wrong.length === 0) rmSync(folder, { recursive: true, force: true });
  return wrong.length === 0;
}

/** The run itself, until all has settled and Stagepost has ended. */
async function storm(options: TortureOptions, folder: string, postgres: PostgresServer | null): Promise<Run> {
  const { seed, processes: count } = options;
  const env: Record<string, string> = postgres ? { DATABASE_URL: `${postgres.url}/stagepost` } : {};
  const example = readFileSync(join(import.meta.dirname, '../examples/stagepost.yaml'), 'utf8');
  writeFileSync(join(folder, 'stagepost.yaml'), example.replace('after: 5d', `after: ${INACTIVE_AFTER_S}s`));
  const processes = createProcesses({ folder, count, env });
  const simulators = await startSimulators(seed, processes.url);
  Object.assign(env, exampleEnv(simulators.kommo, simulators.customerio));
  const load = createLoad(simulators, seed, options.load);
  const faults = createFaults(simulators, seed, postgres);
  const kills = createKills(simulators, processes, count, seed, options.killEverySeconds * 1000);
  const progress = createProgress();

  await processes.start();
  load.start();
  faults.start();
  kills.start();
  const words = () => `${load.done()} changes, ${kills.counts().killed} kills`;
  await progress.during(options.minutes * 60_000, words);
  load.stop();
  kills.stop();
  await faults.stop();

  const settle = () => untilIdle(processes.url, simulators, (left) => progress.show(`settling: ${left}`));
  await settle();
  // Moves that no webhook has reported since the last start are found at the next start.
  await processes.restart();
  const left = await settle();
  progress.end();
  const deadLetters = (await openWork(processes.url))?.get('dead') ?? 0;
  await processes.close();
  const inactiveAfterMs = INACTIVE_AFTER_S * 1000;
  return { simulators, processes, load, faults, kills, inactiveAfterMs, left, deadLetters };
}

try {
  const options = readOptions(process.argv.slice(2));
  process.exit(options === null || (await torture(options)) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
