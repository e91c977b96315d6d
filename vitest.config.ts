import { defineConfig } from 'vitest/config';

/** Only what hangs reaches these. */
const limits = { testTimeout: 90_000, hookTimeout: 180_000, expect: { poll: { timeout: 20_000 } } };

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts'],
    maxWorkers: 4,
    projects: [
      {
        test: {
          ...limits,
          name: 'units',
          include: ['src/**/*.test.ts', 'console/src/**/*.test.ts', 'simulators/**/*.test.ts'],
          // Units keep nothing in their modules, so one process runs many files: half a second less for each.
          isolate: false,
        },
      },
      {
        test: { ...limits, name: 'whole', include: ['test/**/*.test.ts', 'torture/**/*.test.ts'] },
      },
    ],
  },
});
