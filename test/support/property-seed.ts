import fc from 'fast-check';

/*
 * Runs in each of vitest's processes before a test file. Properties play the same cases in every run of the suite, so that a
 * failure is a change's own, and not one case of 100,000 that nobody has met before. `STAGEPOST_FUZZ_RUNS=10000` plays others,
 * and a failure names its seed.
 */
const SEED = 20_261_130;

if (process.env.STAGEPOST_FUZZ_RUNS === undefined) fc.configureGlobal({ seed: SEED });
