import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { configOfConnections, connectionNames } from '../../test/support/connections-config.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../../test/support/example-env.ts';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../../test/support/stagepost-process.ts';
import { type Serving, serving } from '../support/child.ts';
import { familyCpuSeconds, parentOf } from './processor.ts';
import { SECRET_KEY, storeConnections } from './stored.ts';

/** An instance of the fleet. */
export interface Instance extends Serving {
  child: ChildProcess;
  /** From the start of the process to "listening", in seconds: all its connections have begun. */
  startSeconds: number;
  /** How many files and sockets it has open. */
  openFiles(): number;
  kill(): Promise<void>;
}

/**
 * A fleet's surroundings: PostgreSQL, one simulated Kommo that serves every connection (without a limit, since it
 * takes them for one account), one simulated Customer.io.
 */
export interface FleetWorld {
  names: string[];
  kommo: KommoSimulator;
  /** All simulated Kommos: the first one is `kommo`. */
  kommos: KommoSimulator[];
  customerio: CustomerioSimulator;
  /** Whose event Customer.io has accepted: the person's email with when, by `performance.now()`. */
  accepted: Map<string, number>;
  /** @param openFiles the limit of open files (`ulimit -n`); default: that of this process */
  serve(openFiles?: number): Promise<Instance>;
  /** Asks the database. */
  query<T extends pg.QueryResultRow>(text: string): Promise<T[]>;
  /** Which instance runs how many connections, by the database. */
  counts(): Promise<number[]>;
  postgresCpuSeconds(): number;
  /** Of the whole database, indexes too. */
  databaseBytes(): Promise<number>;
  /** Deals in "Closed - won". Make them before the first start, so that no reading of Kommo's log finds them. */
  deals(prefix: string, count: number): { dealId: number; email: string }[];
  /** Tells an instance that a connection's deal has moved, as Kommo does. */
  deliverWebhook(instance: Instance, connection: string, dealId: number): Promise<void>;
  /** Puts such webhooks into the store at once, as if they had just come, and wakes whoever runs them. */
  store(moves: { connection: string; dealId: number }[]): Promise<void>;
  close(): Promise<void>;
}

/** Logs that grow with the load would measure the simulators. */
const KEEP = 1_000;
/** How many connections one simulated Kommo stands for, where each has its webhook: its list of webhooks must stay short. */
const HOOKS_EACH = 25;

/** Each connection's account has an address of its own, as at Kommo: all clients of one account share its requests a second. */
function accountUrl(simulator: string, index: number): string {
  const url = new URL(simulator);
  url.hostname = `127.${1 + Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${1 + (index % 250)}`;
  return url.origin;
}

/**
 * @param kept `database`: there is no configuration file, and all connections are in the database, each with its webhook in
 * Kommo, as the wizard leaves them
 */
export async function startFleetWorld(
  connections: number,
  latencyMs = 0,
  kept: 'file' | 'database' = 'file',
): Promise<FleetWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-fleet-bench-'));
  const postgres = await startPostgresServer(['-c', 'shared_preload_libraries=pg_stat_statements']);
  const startKommo = () =>
    startKommoSimulator({ host: '0.0.0.0', logSize: KEEP, rateLimit: false, latencyMs });
  const kommo = await startKommo();
  const kommos = [kommo];
  const customerio = await startCustomerioSimulator({ keep: KEEP, latencyMs });
  const names = connectionNames(connections);
  const configOf = (own: string[]) =>
    configOfConnections(Object.fromEntries(own.map((name, index) => [name, accountUrl(kommo.url, index)])));
  const env = { ...exampleEnv(kommo, customerio), STAGEPOST_SECRET_KEY: SECRET_KEY };
  if (kept === 'file') writeFileSync(join(folder, 'stagepost.yaml'), configOf(names));
  else {
    while (kommos.length * HOOKS_EACH < connections) kommos.push(await startKommo());
    const kommoOf = (index: number) => kommos[Math.floor(index / HOOKS_EACH)]!;
    for (const [index, name] of names.entries())
      kommoOf(index).addHook({
        destination: `https://stagepost.example.com/webhooks/kommo/${name}/${WEBHOOK_SECRET}`,
      });
    const stored = names.map((name, index) => ({ name, kommoUrl: accountUrl(kommoOf(index).url, index) }));
    await storeConnections(postgres.url, stored, { yaml: configOf(names.slice(0, 1)), env });
  }
  const client = new pg.Client({ connectionString: postgres.url, application_name: 'bench' });
  await client.connect();
  await client.query('create extension if not exists pg_stat_statements');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(rows[0]!.pid)!;
  const accepted = new Map<string, number>();
  const emails = new Map<string, string>();
  customerio.on((happening) => {
    if (happening.type === 'identified') emails.set(happening.person.cioId, happening.person.email ?? '');
    if (happening.type !== 'event') return;
    const email = emails.get(happening.event.cioId ?? '')!;
    if (!accepted.has(email)) accepted.set(email, performance.now());
  });

  const query = async <T extends pg.QueryResultRow>(text: string) => (await client.query<T>(text)).rows;
  return {
    names,
    kommo,
    kommos,
    customerio,
    accepted,
    query,
    async serve(openFiles) {
      const started = performance.now();
      const child = spawnStagepost(['serve', '--port', '0'], {
        folder,
        env: { ...env, ...profilerOptions(), STAGEPOST_LOG: 'fatal', DATABASE_URL: postgres.url },
        stderr: 'inherit',
        openFiles,
      });
      const url = await whenListening(child);
      if (url === null) throw new Error('The instance did not start.');
      return {
        ...serving(child, url),
        child,
        startSeconds: (performance.now() - started) / 1000,
        openFiles: () => readdirSync(`/proc/${child.pid}/fd`).length,
        async kill() {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
    async counts() {
      const counted = await query<{ count: string }>(
        'select count(*) from connections where owner is not null group by owner order by count(*) desc',
      );
      return counted.map(({ count }) => Number(count));
    },
    postgresCpuSeconds: () => familyCpuSeconds(postmaster),
    async databaseBytes() {
      const [row] = await query<{ size: string }>('select pg_database_size(current_database()) as size');
      return Number(row!.size);
    },
    deals: (prefix, count) =>
      Array.from({ length: count }, (_, n) => {
        const email = `${prefix}-${n}@example.com`;
        const contact = kommo.createContact({ name: 'Ann Lee', email, phone: '+34600000000' });
        const stageId = kommo.stageId('Sales', 'Closed - won');
        const contactIds = [contact.id];
        const deal = kommo.createDeal({ name: email, stageId, contactIds, fields: { Plan: 'Pro' } });
        return { dealId: deal.id, email };
      }),
    async deliverWebhook(instance, connection, dealId) {
      const answer = await fetch(`${instance.url}/webhooks/kommo/${connection}/${WEBHOOK_SECRET}`, {
        method: 'POST',
        body: wonBody(kommo, dealId),
      });
      if (!answer.ok) throw new Error(`The webhook was answered with ${answer.status}.`);
    },
    async store(moves) {
      const rows = moves.map(({ connection, dealId }) => ({ connection, body: `${wonBody(kommo, dealId)}` }));
      await client.query(
        `with stored as (
          insert into inbox (connection, source, received_at, headers, body)
          select r.connection, 'kommo', $2, '{"content-type":"application/x-www-form-urlencoded"}',
            convert_to(r.body, 'utf8')
          from jsonb_to_recordset($1::jsonb) as r(connection text, body text)
          returning connection
        )
        select pg_notify('stagepost_wake', connection) from stored group by connection`,
        [JSON.stringify(rows), Date.now()],
      );
    },
    async close() {
      await client.end();
      await Promise.all([...kommos.map((each) => each.close()), customerio.close()]);
      await postgres.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `STAGEPOST_BENCH_NODE_OPTIONS=--cpu-prof` measures where the time of an instance goes. */
function profilerOptions(): Record<string, string> {
  const options = process.env.STAGEPOST_BENCH_NODE_OPTIONS;
  return options === undefined ? {} : { NODE_OPTIONS: options };
}

export function wonBody(kommo: KommoSimulator, dealId: number): URLSearchParams {
  return new URLSearchParams({
    'leads[status][0][id]': String(dealId),
    'leads[status][0][status_id]': '142',
    'leads[status][0][old_status_id]': String(kommo.stageId('Sales', 'Onboarding')),
    'leads[status][0][pipeline_id]': String(kommo.pipelineId('Sales')),
    'leads[status][0][last_modified]': String(Math.floor(Date.now() / 1000)),
    'account[id]': String(kommo.account.id),
    'account[subdomain]': kommo.account.subdomain,
  });
}

/** Waits for a state by asking often. */
export async function until(look: () => boolean | Promise<boolean>, what: string, timeoutMs = 120_000) {
  for (const end = Date.now() + timeoutMs; !(await look()); ) {
    if (Date.now() > end) throw new Error(`This did not happen within ${timeoutMs / 1000} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
