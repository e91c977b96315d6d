/**
 * What does a year leave on the disk? Fills a database with moves at a simulated time, through the store's own functions and
 * with the hourly job of every day, and shows the disk by table, how long the job takes, and how long a webhook waits meanwhile.
 *
 * The sizes of each day go to bench/results/, and the last results of both databases to a chart.
 *
 * Run: npm run bench:year -- [--database embedded|postgres] [--moves-a-day 1000] [--days 365] [--retention-days 90]
 *   [--chart docs/disk-by-day.svg]
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { openDatabase } from '../src/store/database/database.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { type SizeSeries, sizeChart } from './year/chart.ts';
import { runYear, type YearPlan, type YearSizes } from './year/run-year.ts';

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'embedded' },
    'moves-a-day': { type: 'string', default: '1000' },
    days: { type: 'string', default: '365' },
    'retention-days': { type: 'string', default: '90' },
    chart: { type: 'string' },
  },
});
const plan = {
  movesADay: Number(values['moves-a-day']),
  days: Number(values.days),
  retentionDays: Number(values['retention-days']),
};

// Waiting for the disk changes nothing in the sizes. A day takes seconds, so autovacuum looks once a second.
const FLAGS = ['-c', 'fsync=off', '-c', 'autovacuum_naptime=1s'];
const server = values.database === 'postgres' ? await startPostgresServer(FLAGS) : null;
await server?.createDatabase('year');
const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-year-'));
const database = await openDatabase({
  dataDir: server ? null : dataDir,
  databaseUrl: server ? `${server.url}/year?query_timeout=600000` : undefined,
  onError: console.error,
});
if (!server) await sql`set synchronous_commit to off`.execute(database.db);
const results = join(import.meta.dirname, 'results');
const resultOf = (kind: string) => join(results, `year-${kind}.json`);
try {
  mkdirSync(results, { recursive: true });
  await runYear(database, server ? null : dataDir, plan, (sizes) =>
    writeFileSync(resultOf(values.database), JSON.stringify({ plan, ...sizes })),
  );
  if (values.chart) writeFileSync(values.chart, chartOfResults());
} finally {
  await database.close();
  await server?.remove();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit();

interface YearResult extends YearSizes {
  plan: YearPlan;
}

function chartOfResults(): string {
  const series = ['postgres', 'embedded'].flatMap((kind): SizeSeries[] => {
    if (!existsSync(resultOf(kind))) return [];
    const { plan, database, folder } = JSON.parse(readFileSync(resultOf(kind), 'utf8')) as YearResult;
    const isServer = kind === 'postgres';
    const name = `${isServer ? 'PostgreSQL' : 'embedded'}, ${plan.movesADay.toLocaleString('en')} a day`;
    return [{ name, sizes: isServer ? database : folder }];
  });
  return sizeChart('Disk by day, with stage changes every day and a retention of 90 days', series);
}
