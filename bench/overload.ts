/**
 * A million queued actions (a replay of a long outage: half notes for Kommo, half events for Customer.io) drain
 * while deals move one by one. How much memory does Stagepost take, and how long does a move wait for its event,
 * beside the same moves with an empty queue in the same run? Both simulators answer after 120 ms and keep Kommo's
 * 7 requests a second.
 *
 * Run: npm run bench:overload [-- --database postgres] [--actions 1000000] [--seconds 120]
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startCustomerioSimulator } from '../simulators/customerio/index.ts';
import { startKommoSimulator } from '../simulators/kommo/index.ts';
import { openDatabase } from '../src/store/database/database.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../test/support/example-env.ts';
import { writeLoadConfig } from '../test/support/load-config.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';

/** Deals that share the queue: ten thousand, each with its order to keep. */
const SUBJECTS = 10_000;

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'embedded' },
    actions: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '120' },
  },
});
const actions = Number(values.actions);
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'stagepost-overload-'));
const postgres = values.database === 'postgres' ? await startPostgresServer() : null;
const kommo = await startKommoSimulator({ latencyMs: 120 });
const customerio = await startCustomerioSimulator({ latencyMs: 120 });

/** Fills the outbox with work for deals that exist, in bulk priority as a replay does. */
async function fill(): Promise<void> {
  const dealIds = Array.from({ length: SUBJECTS }, () => kommo.createDeal({ name: 'Queued' }).id);
  const database = await openDatabase({
    databaseUrl: postgres?.url,
    dataDir: postgres ? null : join(folder, 'data'),
    onError: console.error,
  });
  const step = 50_000;
  for (let from = 0; from < actions; from += step) {
    await sql`
      insert into actions (connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, priority, created_at)
      select 'acme', case n % 2 when 0 then 'kommo' else 'customerio' end, 1,
        case n % 2 when 0 then 'note' else 'track' end,
        case n % 2 when 0 then 'deal:' || deal else 'person' || deal || '@example.com' end, deal,
        case n % 2 when 0 then jsonb_build_object('kind', 'note', 'dealId', deal, 'text', 'Queued ' || n)
          else jsonb_build_object('kind', 'track', 'person', 'person' || deal || '@example.com', 'name', 'queued',
            'data', '{}'::jsonb, 'timestamp', 1700000000) end,
        upper(lpad(to_hex(n), 26, '0')), 'ready', 2, 1700000000000
      from (select n, (${dealIds}::bigint[])[1 + (n / 2) % ${SUBJECTS}::int] as deal
        from generate_series(${from}::int, ${Math.min(from + step, actions) - 1}::int) as n) queued
    `.execute(database.db);
    process.stdout.write(`\r  queued ${Math.min(from + step, actions)} of ${actions}`);
  }
  process.stdout.write('\n');
  await database.close();
}

async function serve() {
  const config = writeLoadConfig(folder);
  const args = ['serve', '--port', '0', '--data', join(folder, 'data'), '--config', config];
  const database: Record<string, string> = postgres ? { DATABASE_URL: postgres.url } : {};
  const env = { ...exampleEnv(kommo, customerio), STAGEPOST_LOG: 'error', ...database };
  const child = spawnStagepost(args, { env, stderr: 'inherit' });
  process.on('exit', () => child.kill('SIGKILL'));
  const url = await whenListening(child);
  const hook = { destination: `${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, settings: ['status_lead'] };
  kommo.addHook(hook);
  return {
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    async stop() {
      kommo.removeHook(hook.destination);
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

let people = 0;
let accepted = 0;
customerio.on((happening) => {
  if (happening.type === 'event' && happening.event.name === 'deal_won') accepted += 1;
});

/** @returns ms from the move to the event's acceptance at Customer.io. */
async function oneMove(): Promise<number> {
  people += 1;
  const contact = kommo.createContact({ name: 'Ann Lee', email: `live${people}@example.com` });
  const deal = kommo.createDeal({ name: 'Live', contactIds: [contact.id], fields: { Plan: 'Pro' } });
  const before = accepted;
  const started = performance.now();
  kommo.moveDeal(deal.id, 142, kommo.pipelineId('Sales'));
  await customerio.waitFor(() => accepted > before, { timeoutMs: 120_000 });
  return performance.now() - started;
}

/** A move every two seconds or so, for a time. */
async function moves(forSeconds: number, rssMb: () => number) {
  const times: number[] = [];
  let most = 0;
  for (const end = Date.now() + forSeconds * 1000; Date.now() < end; ) {
    times.push(await oneMove());
    most = Math.max(most, rssMb());
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)]!, worst: times.at(-1)!, count: times.length, most };
}

const show = (name: string, { median, worst, count, most }: Awaited<ReturnType<typeof moves>>) =>
  console.log(
    `  ${name.padEnd(14)} ${count} moves: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms; memory at most ${most.toFixed(0)} MB`,
  );

console.log(`overload: ${values.database}, ${actions} queued actions`);
const empty = await serve();
const idle = await moves(30, empty.rssMb);
show('empty queue', idle);
await empty.stop();
await fill();
const full = await serve();
const before = { notes: kommo.notes().length, events: customerio.events('queued').length };
const busy = await moves(seconds, full.rssMb);
show('while draining', busy);
const drained = {
  notes: kommo.notes().length - before.notes - busy.count,
  events: customerio.events('queued').length - before.events,
};
console.log(`  drained meanwhile: ${drained.notes} notes, ${drained.events} events in ${seconds} s`);
console.log(`  ratio of medians: ${(busy.median / idle.median).toFixed(2)}`);
await full.stop();
await postgres?.remove();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
