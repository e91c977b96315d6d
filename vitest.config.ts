import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const COLORS = 'test/support/worker-colors.ts';
const SETUP = [COLORS, 'test/support/worker-priority.ts', 'test/support/property-seed.ts'];

/** Only what hangs reaches these. */
const limits = { testTimeout: 90_000, hookTimeout: 180_000, expect: { poll: { timeout: 40_000 } } };

/**
 * These wait for half a minute or so, most of them for real timeouts of PostgreSQL, TCP and the queue, and use the processor
 * little. They begin first: one that begins last is waited for alone.
 */
const LONG = `
restart rules-edit missed-moves reports-and-limits
stage-change-to-customerio held-lanes inactivity facts draft-worker hostile-drafts client-state
`
  .trim()
  .split(/\s+/);

/**
 * What takes 5 to 12 s of processor time by nature, a sixth of all. `npm run test:slow` runs it after the others, so that
 * `npm test` stays short on two cores.
 */
const SLOW = [
  // Starts the program 17 times, also to kill it.
  'test/commands/serve.test.ts',
  // 15 commands as programs of their own, beside a server and on both kinds of database.
  'test/commands/dead-letters.test.ts',
  // 12 commands as programs of their own.
  'test/commands/config-rules.test.ts',
  // Copy whole databases between both kinds, and put back earlier states of them.
  'test/transfer/transfer.test.ts',
  'test/transfer/restored.test.ts',
  // Databases of earlier versions, with work in flight.
  'test/store/database/upgrade.test.ts',
  'test/store/upgrades/upgrades.test.ts',
  // Every order of databases and data folders.
  'test/store/database/identity.test.ts',
  // A dozen commands as programs of their own, beside a server.
  'test/connections/stored-connections.test.ts',
  // Whole wizards at the rate that an account allows, one of them through `stagepost init`.
  'test/setup/accounts.test.ts',
  'test/setup/journey.test.ts',
  'test/setup/without-webhooks.test.ts',
  // Connections to the database that are frozen for seconds, six times.
  'test/store/database/half-open.test.ts',
  // Several processes on one database, which are killed, or hand connections over.
  'test/cluster/fleet.test.ts',
  'test/cluster/handover.test.ts',
  // Processes that crash while they plan, and one whose disk is full.
  'test/pipeline/plan/crashes.test.ts',
  'test/store/database/full-disk.test.ts',
  // A server and a dozen commands as programs of their own.
  'test/secrets/what-leaves.test.ts',
  // Kills a server twice, and runs two on one database.
  'test/pipeline/backfill/interrupted.test.ts',
];

/**
 * Vitest's own order, by earlier durations and by size, but for those, and with the units last. A process runs files of one
 * project only: in a mixed order each would start again and again, with its modules and its PGlite to compile.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      if (LONG.includes(basename(moduleId, '.test.ts'))) return 0;
      return project.name === 'units' ? 2 : 1;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts'],
    // More than the two cores of the smallest machine, since tests wait for the servers that they start. Each process compiles all
    // modules and the embedded database for itself, so that eight of them cost a tenth more than five.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...limits,
          setupFiles: SETUP,
          name: 'units',
          include: [
            'src/**/*.test.ts',
            'console/src/**/*.test.ts',
            'simulators/**/*.test.ts',
            // They read files only, and tell at once when the documentation and the code drift apart.
            'test/docs/**/*.test.ts',
          ],
          // Units keep nothing in their modules, so one process runs many files: half a second less for each.
          isolate: false,
        },
      },
      {
        test: {
          ...limits,
          setupFiles: SETUP,
          name: 'whole',
          // Each file starts servers and databases of its own and keeps nothing in its modules.
          isolate: false,
          include: ['test/**/*.test.ts', 'torture/**/*.test.ts'],
          exclude: ['test/console/**', 'test/docs/**', 'test/cases/**', ...SLOW],
        },
      },
      {
        test: {
          ...limits,
          // Programs of their own start ten times as slowly on a busy machine.
          testTimeout: 300_000,
          setupFiles: SETUP,
          name: 'slow',
          isolate: false,
          include: SLOW,
        },
      },
      {
        test: {
          ...limits,
          setupFiles: SETUP,
          name: 'cases',
          include: ['test/cases/**/*.test.ts'],
        },
      },
      {
        test: {
          ...limits,
          setupFiles: [COLORS],
          name: 'console',
          isolate: false,
          include: ['test/console/**/*.test.ts'],
          globalSetup: ['test/console/support/setup.ts'],
        },
      },
    ],
  },
});
