import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { DealContext } from '../../src/domain/plan/plan-types.ts';
import { createPipelineCache } from '../../src/http/api/pipeline-cache.ts';
import { searchHandlers } from '../../src/http/api/search/handler.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { saveReadDeals } from '../../src/store/deals/deals.ts';
import type { Kind } from '../../test/support/databases.ts';
import { contact, deal, dealContext } from '../../test/support/entities.ts';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { median } from '../support/statistics.ts';

/** As many deals as have moved where a million events are stored; each client has one. */
const DEALS = Number(process.env.STAGEPOST_BENCH_DEALS ?? 170_000);
const FEW_DEALS = 1_000;
const STEP = 500;
const RUNS = 15;

const FIRST_NAMES = ['Maria', 'José', 'Ana', 'Antonio', 'Mariana', 'Marta', 'Oskar', 'Zoe', 'Li', 'Wei'];
const LAST_NAMES = ['García', 'Silva', 'Martín', 'Marchetti', 'Lee', 'Novak', 'Ortiz', 'Park', 'Berg'];

/** What somebody types: letter by letter, names that thousands have, words in any order, and what nobody has. */
const TYPED = [
  'm',
  'ma',
  'maria',
  'maria gar',
  'garcia maria',
  'acme maria silva',
  'company 4711',
  'maria.silva9',
  'zzz',
];

/** Benchmarks the search of the console: every typed letter is one. Nothing else runs. */
export const search: Benchmark = {
  name: 'search',
  description: `Are clients found as fast among ${DEALS.toLocaleString('en-US')} deals as among ${FEW_DEALS.toLocaleString('en-US')}? (reference: the few)`,
  databases: ['embedded', 'postgres'],
  onlyByName: true,
  async run(kind: Kind, onStep): Promise<Figure[]> {
    const few = await measured(kind, FEW_DEALS, onStep);
    const many = await measured(kind, DEALS, onStep);
    const figure = (name: string, of: keyof Measured, goal?: string): Figure => ({
      ...{ name, unit: 'ms', ours: many[of], reference: few[of] },
      ...(goal === undefined ? {} : { goal }),
    });
    return [
      figure('a search, median', 'medianMs'),
      figure('the slowest one', 'slowestMs', 'under 150 ms'),
      figure('recording a new deal with its names', 'recordMs'),
    ];
  },
};

interface Measured {
  medianMs: number;
  slowestMs: number;
  recordMs: number;
}

async function measured(kind: Kind, deals: number, onStep: (step: string) => void): Promise<Measured> {
  const server = kind === 'postgres' ? await startPostgresServer() : null;
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-search-'));
  const onError = (error: unknown) => console.error(error);
  const database = await openDatabase({ dataDir, databaseUrl: server?.url, onError });
  try {
    onStep(`recording ${deals.toLocaleString('en-US')} deals`);
    const began = performance.now();
    for (let from = 0; from < deals; from += STEP) await record(database, from, Math.min(deals, from + STEP));
    const recordMs = (performance.now() - began) / deals;
    for (const table of ['deals', 'deal_terms', 'persons', 'person_names', 'person_deals'])
      await sql`analyze ${sql.table(table)}`.execute(database.db);
    onStep('searching');
    const medians: number[] = [];
    for (const typed of TYPED) medians.push(await timeOf(database, typed));
    return { medianMs: median(medians), slowestMs: Math.max(...medians), recordMs };
  } finally {
    await database.close();
    await server?.remove();
    rmSync(dataDir, { recursive: true });
  }
}

async function record({ db }: Database, from: number, until: number): Promise<void> {
  const contexts: DealContext[] = [];
  for (let n = from; n < until; n++) {
    const first = FIRST_NAMES[n % FIRST_NAMES.length]!;
    const last = LAST_NAMES[Math.floor(n / 7) % LAST_NAMES.length]!;
    const name = `${first} ${last}`;
    const email = `${first}.${last}${n}@acme${n % 500}.example`.toLowerCase();
    contexts.push(
      dealContext({
        deal: deal({ id: n + 1, name: `${name}, Pro`, contactIds: [n + 1], companyId: n % 20_000 }),
        contacts: [contact({ id: n + 1, name, emails: [email] })],
        company: { id: n % 20_000, name: `Acme Company ${n % 20_000}`, fields: [] },
      }),
    );
  }
  await saveReadDeals(
    db,
    contexts.map((context) => ({ connection: 'acme', context, at: 1 })),
  );
  await sql`
    insert into persons (connection, person, identifier, email, contact_id, deal_id, updated_at)
    select 'acme', 'p' || deal_id, contacts->0->'emails'->>0, contacts->0->'emails'->>0, deal_id, deal_id, 1
    from deals where connection = 'acme' and deal_id > ${from} and deal_id <= ${until}
  `.execute(db);
  await sql`
    insert into person_names (connection, person, kind, value, source, since)
    select connection, person, 'address', email, 'contact', 1 from persons
    where connection = 'acme' and deal_id > ${from} and deal_id <= ${until}
  `.execute(db);
  await sql`
    insert into person_deals (connection, person, deal_id, linked_at)
    select connection, person, deal_id, 1 from persons
    where connection = 'acme' and deal_id > ${from} and deal_id <= ${until}
  `.execute(db);
}

async function timeOf(database: Database, typed: string): Promise<number> {
  const services = {
    database: async () => database,
    connections: new Map([['acme', { name: 'acme' }]]),
    now: () => Date.now(),
  } as unknown as Parameters<typeof searchHandlers>[0];
  const pipelines = createPipelineCache(async () => database.db, Date.now);
  const { search: handle } = searchHandlers(services, pipelines);
  const context = { scope: { select: () => ['acme'] } } as unknown as Parameters<typeof handle>[1];
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await handle({ params: undefined, query: { q: typed }, body: undefined } as never, context);
    times.push(performance.now() - began);
  }
  return median(times);
}
