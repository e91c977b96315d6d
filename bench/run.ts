/**
 * The benchmarks: each benchmark is asked of Stagepost and of a reference in the same run, so that what counts is the
 * ratio and not the machine. Medians over the runs; the spread stands beside them.
 *
 * Run: npm run bench [-- benchmark...] [--database embedded|postgres] [--runs 5] [--out bench/results]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Kind } from '../test/support/databases.ts';
import { abuse } from './benchmarks/abuse.ts';
import { backfill } from './benchmarks/backfill.ts';
import { bulk } from './benchmarks/bulk.ts';
import { calls, drain } from './benchmarks/burst.ts';
import { consoleBenchmark } from './benchmarks/console.ts';
import { fleet } from './benchmarks/fleet.ts';
import { flow } from './benchmarks/flow.ts';
import { growth } from './benchmarks/growth.ts';
import { intake } from './benchmarks/intake.ts';
import { latency } from './benchmarks/latency.ts';
import { memory } from './benchmarks/memory.ts';
import { retention } from './benchmarks/retention.ts';
import { search } from './benchmarks/search.ts';
import { strangers, strangersLarge } from './benchmarks/strangers.ts';
import type { Benchmark, Result } from './support/benchmark.ts';
import { table } from './support/table.ts';

const BENCHMARKS: Benchmark[] = [
  calls,
  drain,
  latency,
  intake,
  flow,
  growth,
  retention,
  bulk,
  fleet,
  memory,
  consoleBenchmark,
  abuse,
  strangers,
  strangersLarge,
  backfill,
  search,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string' },
    runs: { type: 'string', default: '5' },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
  },
});

const names = BENCHMARKS.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0 || !['embedded', 'postgres', undefined].includes(values.database)) {
  const what = unknown.length > 0 ? `benchmark "${unknown[0]}"` : `database "${values.database}"`;
  console.error(`There is no ${what}. Questions: ${names.join(', ')}. Databases: embedded, postgres.`);
  process.exit(2);
}
const runs = Number(values.runs);
const benchmarks = BENCHMARKS.filter(({ name, onlyByName }) =>
  positionals.length === 0 ? !onlyByName : positionals.includes(name),
);

/** The step stands on one line of a terminal, until the next one; in a log each has its line. */
function showStep(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  ${line}`);
  else if (line !== '') process.stderr.write(`  ${line}\n`);
}

async function runBenchmark(benchmark: Benchmark, database: Kind): Promise<Result[]> {
  const results = new Map<string, Result>();
  for (let run = 1; run <= runs; run++) {
    const figures = await benchmark.run(database, (step) =>
      showStep(`${benchmark.name}, ${database}, run ${run} of ${runs}: ${step}`),
    );
    for (const { ours, reference, ...figure } of figures) {
      const result = results.get(figure.name) ?? { ...figure, ours: [], reference: [] };
      result.ours.push(ours);
      if (reference !== null) result.reference.push(reference);
      results.set(figure.name, result);
    }
  }
  await benchmark.end?.();
  showStep('');
  return [...results.values()];
}

const machine = {
  processors: `${cpus().length} x ${cpus()[0]?.model}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
console.log(`${machine.processors}, ${machine.memoryGb} GB, Node ${machine.node}; medians of ${runs} runs\n`);
mkdirSync(values.out, { recursive: true });
for (const benchmark of benchmarks) {
  console.log(`${benchmark.name}: ${benchmark.description}`);
  for (const database of benchmark.databases.filter((kind) =>
    [kind, undefined].includes(values.database as Kind),
  )) {
    const results = await runBenchmark(benchmark, database);
    console.log(table(database, results));
    const file = join(values.out, `${benchmark.name}-${database}.json`);
    const content = {
      benchmark: benchmark.name,
      database,
      machine,
      at: new Date().toISOString(),
      runs,
      results,
    };
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
  console.log();
}
process.exit(0);
