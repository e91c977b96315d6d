import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { type CustomerioSimulator, startCustomerioSimulator } from '../simulators/customerio/index.ts';
import { startKommoSimulator } from '../simulators/kommo/index.ts';
import { addActions } from '../src/store/actions/actions.ts';
import { openDatabase } from '../src/store/database/database.ts';
import { exampleEnv } from '../test/support/example-env.ts';
import { asLeased } from '../test/support/leased.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';

const ROOT = join(import.meta.dirname, '..');
const PEOPLE = 10_000;
/** As many single calls at once as Stagepost makes. */
const AT_ONCE = 32;
const LATENCY_MS = 120;
const STEP = 1_000;

export interface BulkTimes {
  /** HTTP requests that Customer.io received. */
  calls: number;
  /** From the first request to the last answer. */
  seconds: number;
}

/**
 * 10,000 identifies of 400 bytes wait in the outbox when Stagepost starts: how many calls does it make, and how long
 * does it take, beside one `PUT` per person, 32 at once, without a database? Customer.io answers after 120 ms.
 */
export async function bulk(
  database: 'embedded' | 'postgres',
): Promise<{ ours: BulkTimes; reference: BulkTimes }> {
  return { ours: await measure((sim) => ours(sim, database)), reference: await measure(single) };
}

/** Runs `deliver` against a workspace of its own until everybody is known there. */
async function measure(
  deliver: (sim: CustomerioSimulator) => Promise<() => Promise<void>>,
): Promise<BulkTimes> {
  const sim = await startCustomerioSimulator({ latencyMs: LATENCY_MS, keep: 2 * PEOPLE });
  let known = 0;
  let lastAt = 0;
  sim.on((happening) => {
    if (happening.type === 'identified' && happening.created) known += 1;
    if (happening.type === 'request' && happening.entry.path !== '/api/v1/accounts/region')
      lastAt = Date.now();
  });
  const end = await deliver(sim);
  await sim.waitFor(() => known === PEOPLE, { timeoutMs: 300_000, what: `${PEOPLE} people` });
  const calls = sim.requests.filter(({ path }) => /\/customers\/|\/batch$/.test(path));
  const seconds = (lastAt - calls[0]!.at) / 1000;
  await end();
  await sim.close();
  return { calls: calls.length, seconds };
}

/** Fills the outbox, then starts a Stagepost process on it. @returns what stops it. */
async function ours(sim: CustomerioSimulator, kind: 'embedded' | 'postgres'): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-bulk-'));
  const data = join(folder, 'data');
  const postgres = kind === 'postgres' ? await startPostgresServer() : null;
  const kommo = await startKommoSimulator();
  await fill(
    postgres ? { databaseUrl: postgres.url, dataDir: null } : { databaseUrl: undefined, dataDir: data },
  );
  const args = ['serve', '--port', '0', '--data', data, '--config', join(ROOT, 'examples/stagepost.yaml')];
  const env = { ...exampleEnv(kommo, sim), STAGEPOST_LOG: 'error' };
  const child = spawnStagepost(args, {
    env: postgres ? { ...env, DATABASE_URL: postgres.url } : env,
    stderr: 'inherit',
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  if ((await whenListening(child)) === null) throw new Error('Stagepost did not start.');
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    process.off('exit', kill);
    await kommo.close();
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The outbox of 10,000 people who are to be identified. */
async function fill(where: { databaseUrl: string | undefined; dataDir: string | null }): Promise<void> {
  const database = await openDatabase({ ...where, onError: console.error });
  for (let from = 0; from < PEOPLE; from += STEP) {
    const actions = Array.from({ length: STEP }, (_, index) => ({
      connection: 'acme',
      lane: 'customerio' as const,
      event_id: 1,
      subject: personOf(from + index),
      deal_id: from + index,
      payload: {
        kind: 'identify' as const,
        person: personOf(from + index),
        attributes: attributesOf(from + index),
        timestamp: 1_700_000_000,
      },
      ulid: String(from + index).padStart(26, '0'),
      after: null,
    }));
    await addActions(asLeased(database.db), actions, Date.now());
  }
  await database.close();
}

const personOf = (n: number) => `person${n}@example.com`;
const attributesOf = (n: number) => ({
  first_name: 'Ann',
  last_name: `Lee ${n}`,
  phone: '+34600000000',
  company: 'Acme Sociedad Limitada',
  plan: 'Pro',
  price: 1200,
  kommo_deal_id: n,
  note: 'x'.repeat(150),
});

/** What a script would do: one call for each person, many at once, nothing stored. */
async function single(sim: CustomerioSimulator): Promise<() => Promise<void>> {
  const pool = new Pool(sim.url, { connections: AT_ONCE });
  const { siteId, apiKey } = sim.credentials;
  const headers = {
    authorization: `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  let next = 0;
  async function work(): Promise<void> {
    while (next < PEOPLE) {
      const n = next++;
      const path = `/api/v1/customers/${encodeURIComponent(personOf(n))}`;
      const body = JSON.stringify({ ...attributesOf(n), _timestamp: 1_700_000_000 });
      const answer = await pool.request({ method: 'PUT', path, headers, body });
      await answer.body.dump();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return () => pool.close();
}
