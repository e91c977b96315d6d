import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { createRollUp } from '../../src/store/counts/roll-up.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { gatherStatistics } from '../../src/store/database/statistics-queries.ts';
import type { Kind, Store } from '../../test/support/databases.ts';
import { startPostgresServer } from '../../test/support/postgres-server.ts';

const CHUNK = 50_000;
const DEALS = 200_000;

/** A store with a long history. Filling it takes minutes. */
export interface FilledStore {
  /** A copy of it, so that each run begins with the same. */
  copy(): Promise<StoreCopy>;
  /** An empty store at the same place, on the same server: what else is there is no difference between the two. */
  empty(): Promise<StoreCopy>;
  remove(): Promise<void>;
}

export interface StoreCopy {
  store: Store;
  remove(): Promise<void>;
}

export async function createFilledStore(
  database: Kind,
  events: number,
  onStep: (step: string) => void,
): Promise<FilledStore> {
  return database === 'embedded' ? pastInFolder(events, onStep) : pastOnServer(events, onStep);
}

async function pastInFolder(events: number, onStep: (step: string) => void): Promise<FilledStore> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-past-'));
  const past = join(folder, 'past');
  await fill({ dataDir: past, databaseUrl: undefined }, events, onStep);
  const copyAs = (name: string): StoreCopy => {
    const dataDir = join(folder, name);
    return {
      store: { dataDir, databaseUrl: undefined },
      remove: async () => rmSync(dataDir, { recursive: true }),
    };
  };
  return {
    async copy() {
      cpSync(past, join(folder, 'copy'), { recursive: true });
      return copyAs('copy');
    },
    empty: async () => copyAs('empty'),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function pastOnServer(events: number, onStep: (step: string) => void): Promise<FilledStore> {
  const server = await startPostgresServer();
  await server.createDatabase('past');
  await fill({ dataDir: null, databaseUrl: `${server.url}/past?query_timeout=60000` }, events, onStep);
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: `${server.url}/postgres` });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  const copyAs = async (name: string, how: string): Promise<StoreCopy> => {
    await run(`create database ${name} ${how}`);
    return {
      store: { dataDir: null, databaseUrl: `${server.url}/${name}` },
      remove: () => run(`drop database ${name} with (force)`),
    };
  };
  return {
    // Files, not log: two gigabytes of log would be written down while the run is measured.
    copy: () => copyAs('copy', 'template past strategy file_copy'),
    empty: () => copyAs('empty', ''),
    remove: () => server.remove(),
  };
}

/**
 * A few years of a busy account, as retention leaves them: without bodies and payloads, with all that the trace shows.
 * Each event has its request, and there are as many actions and a quarter as many calls.
 */
async function fill(store: Store, events: number, onStep: (step: string) => void): Promise<void> {
  const database = await openDatabase({ ...store, onError: console.error });
  const db = database.db as unknown as Kysely<unknown>;
  const year = 365 * 86_400;
  const begin = Math.floor(Date.now() / 1000) - 2 * year;
  for (let from = 0; from < events; from += CHUNK) {
    const n = sql`generate_series(${from}::int, ${Math.min(from + CHUNK, events) - 1}::int) as n`;
    const at = sql`(${begin}::bigint + n::bigint * ${year} / ${events})`;
    const deal = sql`(40000000 + n % ${DEALS}::int)`;
    const person = sql`('past' || (n % ${DEALS}::int) || '@example.com')`;
    await sql`
      insert into inbox (connection, source, received_at, headers, body, state, outcome, understood_at)
      select 'acme', case n % 2 when 0 then 'kommo' else 'customerio' end, ${at} * 1000, '{}', null, 'done',
        'Deal moved.', ${at} * 1000 from ${n}`.execute(db);
    await sql`
      insert into events (connection, key, kind, name, deal_id, person, occurred_at, created_at, payload, state, planned_at)
      select 'acme', 'past:' || n, case n % 2 when 0 then 'deal_moved' else 'mail_report' end,
        case n % 2 when 0 then 'deal_won' else 'email_opened' end, ${deal}, ${person}, ${at}, ${at} * 1000, '{}',
        'planned', ${at} * 1000 from ${n}`.execute(db);
    await sql`
      insert into event_reports (event_id, inbox_id) select e.id, e.id from events e
      where e.id > (select max(id) from events) - ${CHUNK}::int on conflict do nothing`.execute(db);
    await sql`
      insert into moves (connection, deal_id, from_stage_id, pipeline_id, stage_id, hook_at, arrived_at, kommo_event_id,
        kommo_event_at, event_id, event_key)
      select 'acme', ${deal}, 1, 1, 142, ${at}, ${at}, 'past' || n, ${at}, n + 1, 'past:' || n
      from ${n} where n % 2 = 0`.execute(db);
    await sql`
      insert into actions (connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, created_at, done_at, result)
      select 'acme', case n % 2 when 0 then 'customerio' else 'kommo' end, n + 1, case n % 2 when 0 then 'track' else 'note' end,
        ${person}, ${deal}, '{}', upper(lpad(to_hex(n), 26, '0')), 'done', ${at} * 1000, ${at} * 1000, 'note:' || n
      from ${n}`.execute(db);
    await sql`
      insert into attempts (connection, lane, started_at, duration_ms, call, status, outcome, action_ids)
      select 'acme', 'kommo', ${at} * 1000, 120, 'POST /api/v4/leads/notes', 200, 'accepted', array[n::bigint]
      from ${n} where n % 4 = 0`.execute(db);
    onStep(`past events: ${Math.min(from + CHUNK, events).toLocaleString('en-US')}`);
  }
  await sql`
    insert into persons (connection, person, email, deal_id, attributes, updated_at)
    select 'acme', 'past' || n || '@example.com', 'past' || n || '@example.com', 40000000 + n, '{}', 1
    from generate_series(0, ${DEALS}::int - 1) as n`.execute(db);
  await sql`
    insert into person_deals (connection, person, deal_id, linked_at)
    select 'acme', 'past' || n || '@example.com', 40000000 + n, 1
    from generate_series(0, ${DEALS}::int - 1) as n`.execute(db);
  await gatherStatistics(database.db);
  onStep('the counts of the past events');
  await countAll(database);
  await database.close();
}

/** A service that has run for years has counted them long ago. */
async function countAll(database: Database): Promise<void> {
  const rollUp = createRollUp({ database, now: Date.now, onError: console.error });
  await rollUp.countAll();
  await rollUp.stop();
}
