/**
 * Stagepost between both simulators, under load, faults and kill -9; afterwards an oracle says what should
 * have come of it. Run: npm run torture -- --help
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleEnv } from '../test/support/example-env.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { compare } from './compare.ts';
import { createFaults } from './faults.ts';
import { createKills } from './kills.ts';
import { createLoad } from './load.ts';
import { readOptions, type TortureOptions } from './options.ts';
import { judge } from './oracle.ts';
import { createProcesses } from './processes.ts';
import { createProgress } from './progress.ts';
import { openWork, untilSettled } from './settled.ts';
import { startSides } from './sides.ts';
import { blockedMinutes, comparisonRows, table } from './table.ts';

/** The example's five days, shortened so that watches run out during the run. */
const INACTIVE_AFTER_S = 40;

async function torture(options: TortureOptions): Promise<boolean> {
  const { minutes, seed, database, processes: count } = options;
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-torture-'));
  const postgres = database === 'postgres' ? await startPostgresServer() : null;
  const env: Record<string, string> = postgres ? { DATABASE_URL: postgres.url } : {};
  const example = readFileSync(join(import.meta.dirname, '../examples/stagepost.yaml'), 'utf8');
  writeFileSync(join(folder, 'stagepost.yaml'), example.replace('after: 5d', `after: ${INACTIVE_AFTER_S}s`));

  const processes = createProcesses({ folder, count, env });
  const sides = await startSides(seed, processes.url);
  Object.assign(env, exampleEnv(sides.kommo, sides.customerio));
  const load = createLoad(sides, seed, options.load);
  const faults = createFaults(sides, seed);
  const kills = createKills(sides, processes, count, seed, options.killEverySeconds * 1000);
  const progress = createProgress();

  console.log(
    `torture: ${minutes} min, seed ${seed}, ${database}, ${count} process${count > 1 ? 'es' : ''}; logs in ${folder}`,
  );
  await processes.start();
  load.start();
  faults.start();
  kills.start();
  await progress.during(minutes * 60_000, () => `${load.done()} happenings, ${kills.counts().killed} kills`);
  load.stop();
  kills.stop();
  faults.stop();
  // Hooks that Kommo gave up on are repaired at a start; so is a lane that was held.
  for (const { destination } of sides.kommo.hooks()) sides.kommo.enableHook(destination);
  await untilSettled(processes.url, sides, (left) => progress.show(`settling: ${left}`));
  await processes.restart();
  const left = await untilSettled(processes.url, sides, (words) => progress.show(`settling: ${words}`));
  progress.end();
  const dead = (await openWork(processes.url))?.get('dead') ?? 0;
  await processes.close();

  const verdict = judge(sides.journal.moves(), sides.journal.reports(), {
    inactiveAfterMs: INACTIVE_AFTER_S * 1000,
    firstNames: load.firstNames,
  });
  const comparison = compare(verdict, sides.actual());
  const most = sides.kommo.requests.maxInRollingSecond();
  const blocked = blockedMinutes(sides.customerio);
  const { killed, byMoment, stopped, frozen } = kills.counts();
  const median =
    processes.startTimes.toSorted((a, b) => a - b)[Math.floor(processes.startTimes.length / 2)] ?? 0;
  console.log(
    table([
      ['kills (SIGKILL)', killed],
      ...Object.entries(byMoment).map(([moment, n]): [string, number] => [`  at: ${moment}`, n]),
      ['stops (SIGTERM), sleeps (SIGSTOP)', `${stopped}, ${frozen}`],
      ['starts, median time until listening', `${processes.startTimes.length}, ${Math.round(median)} ms`],
      ...Object.entries(faults.counts()).map(([kind, n]): [string, number] => [`fault: ${kind}`, n]),
      [
        'webhooks accepted: Kommo, Customer.io',
        `${sides.journal.hooksAccepted()}, ${sides.journal.reportsAccepted()}`,
      ],
      ['moves, reports', `${sides.journal.moves().length}, ${sides.journal.reports().length}`],
      ['calls to Kommo, Customer.io', `${sides.kommo.requests.total}, ${sides.customerio.requests.length}`],
      ...comparisonRows(comparison),
      ['dead letters', dead],
      ['most calls to Kommo in a rolling second', `${most} of 7`],
      ['rate violations', Math.max(0, most - 7)],
      ['Customer.io blocked: by our answers', `${blocked.answers.toFixed(1)} of its minutes`],
      ['Customer.io blocked: by processes that died', `${blocked.silence.toFixed(1)} of its minutes`],
      ['webhooks that Kommo disabled', sides.journal.hooksDisabled()],
      ['processes that ended by themselves', processes.crashes.length],
    ]),
  );
  const wrong = [
    ...comparison.lost.map((what) => `lost: ${what}`),
    ...comparison.doubled.map((what) => `doubled: ${what}`),
    ...comparison.strange.map((what) => `not expected: ${what}`),
    ...comparison.wrongFields.map((what) => `field: ${what}`),
    ...comparison.outOfOrder.map((what) => `out of order: ${what}`),
    ...(dead > 0 ? [`${dead} dead letters`] : []),
    ...(most > 7 ? [`${most} calls to Kommo in one second`] : []),
    ...left.map((what) => `still open: ${what}`),
    ...processes.crashes,
  ];
  for (const words of wrong.slice(0, 40)) console.log(`  ✗ ${words}`);
  console.log(
    wrong.length === 0
      ? '  ✓ nothing lost, nothing doubled'
      : `  ${wrong.length} wrong; data and logs are kept in ${folder}`,
  );
  await sides.close();
  await postgres?.remove();
  if (wrong.length === 0) rmSync(folder, { recursive: true, force: true });
  return wrong.length === 0;
}

try {
  const options = readOptions(process.argv.slice(2));
  process.exit(options === null || (await torture(options)) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
