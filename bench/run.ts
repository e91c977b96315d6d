/**
 * The benchmarks: each question is asked of Stagepost and of a reference in the same run, so that what counts is the
 * ratio and not the machine. Medians over the runs; the spread stands beside them.
 *
 * Run: npm run bench [-- question...] [--database embedded|postgres] [--runs 5] [--out bench/results]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Kind } from '../test/support/databases.ts';
import { bulk } from './questions/bulk.ts';
import { calls, drain } from './questions/burst.ts';
import { consoleQuestion } from './questions/console.ts';
import { fleet } from './questions/fleet.ts';
import { flow } from './questions/flow.ts';
import { growth } from './questions/growth.ts';
import { intake } from './questions/intake.ts';
import { latency } from './questions/latency.ts';
import { memory } from './questions/memory.ts';
import type { Question, Result } from './support/question.ts';
import { table } from './support/table.ts';

const QUESTIONS: Question[] = [
  calls,
  drain,
  latency,
  intake,
  flow,
  growth,
  bulk,
  fleet,
  memory,
  consoleQuestion,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string' },
    runs: { type: 'string', default: '5' },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
  },
});

const names = QUESTIONS.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0 || !['embedded', 'postgres', undefined].includes(values.database)) {
  const what = unknown.length > 0 ? `question "${unknown[0]}"` : `database "${values.database}"`;
  console.error(`There is no ${what}. Questions: ${names.join(', ')}. Databases: embedded, postgres.`);
  process.exit(2);
}
const runs = Number(values.runs);
const questions = QUESTIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

/** The step stands on one line of a terminal, until the next one; in a log each has its line. */
function tell(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  ${line}`);
  else if (line !== '') process.stderr.write(`  ${line}\n`);
}

async function ask(question: Question, database: Kind): Promise<Result[]> {
  const results = new Map<string, Result>();
  for (let run = 1; run <= runs; run++) {
    const figures = await question.run(database, (step) =>
      tell(`${question.name}, ${database}, run ${run} of ${runs}: ${step}`),
    );
    for (const { ours, reference, ...figure } of figures) {
      const result = results.get(figure.name) ?? { ...figure, ours: [], reference: [] };
      result.ours.push(ours);
      if (reference !== null) result.reference.push(reference);
      results.set(figure.name, result);
    }
  }
  await question.end?.();
  tell('');
  return [...results.values()];
}

const machine = {
  processors: `${cpus().length} x ${cpus()[0]?.model}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
console.log(`${machine.processors}, ${machine.memoryGb} GB, Node ${machine.node}; medians of ${runs} runs\n`);
mkdirSync(values.out, { recursive: true });
for (const question of questions) {
  console.log(`${question.name}: ${question.asks}`);
  for (const database of question.databases.filter((kind) =>
    [kind, undefined].includes(values.database as Kind),
  )) {
    const results = await ask(question, database);
    console.log(table(database, results));
    const file = join(values.out, `${question.name}-${database}.json`);
    const content = {
      question: question.name,
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
