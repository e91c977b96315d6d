import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Only what hangs reaches these. */
const limits = { testTimeout: 90_000, hookTimeout: 180_000, expect: { poll: { timeout: 20_000 } } };

/**
 * These wait for half a minute or so, most of them for real timeouts of PostgreSQL, TCP and the queue, and use the processor
 * little. They begin first: one that begins last is waited for alone.
 */
const LONG = `
restart half-open full-disk fleet upgrade serve handover now rules-edit missed-moves reports-and-limits
stage-change-to-customerio held-lanes dead-letters config-rules inactivity routes tags draft-worker hostile-drafts crashes
listen
`
  .trim()
  .split(/\s+/);

/** Vitest's own order, by earlier durations and by size, but for those. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.includes(basename(moduleId, '.test.ts'));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts'],
    // More than the two cores of the smallest machine: many tests mostly wait for the servers that they start.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...limits,
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
          name: 'whole',
          // Each file starts servers and databases of its own and keeps nothing in its modules.
          isolate: false,
          include: ['test/**/*.test.ts', 'torture/**/*.test.ts'],
          exclude: ['test/console/**', 'test/docs/**'],
        },
      },
      {
        test: {
          ...limits,
          name: 'console',
          include: ['test/console/**/*.test.ts'],
          globalSetup: ['test/console/support/setup.ts'],
        },
      },
    ],
  },
});
