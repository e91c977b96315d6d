import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { type BoundSocket, bindSocket } from '../support/bound-socket.ts';
import { storeOf } from '../support/databases.ts';
import { exampleEnv } from '../support/example-env.ts';
import { spawnStagepost, whenListening } from '../support/stagepost-process.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let socket: BoundSocket;
let databaseUrl: string;
let running: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-handover-'));
  copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
  kommo = await startKommoSimulator();
  // How long a start takes depends on the machine; that no connection is refused meanwhile does not.
  customerio = await startCustomerioSimulator({ reportTimeoutMs: 60_000, shortRetryMs: 500 });
  socket = bindSocket();
  // A start takes a third of the processor time of one on the embedded database.
  databaseUrl = (await storeOf('postgres')).databaseUrl!;
  running = [];
});

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  socket.close();
  await Promise.all([kommo.close(), customerio.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Starts `serve` on the socket that the test holds, and resolves when it is ready. */
async function serve(): Promise<ChildProcess> {
  const env = { ...exampleEnv(kommo, customerio), DATABASE_URL: databaseUrl };
  const child = spawnStagepost(['serve'], { folder, env, fd: socket.fd, stderr: 'ignore' });
  running.push(child);
  expect(await whenListening(child)).toBe(`http://127.0.0.1:${socket.port}`);
  return child;
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'a webhook that comes between a process ended by %s and the next one waits, and no connection is refused',
  async (signal) => {
    const first = await serve();
    first.kill(signal);
    await once(first, 'close');
    customerio.addReportingWebhook({ endpoint: `http://127.0.0.1:${socket.port}/webhooks/customerio/acme` });
    customerio.report({ objectType: 'email', metric: 'opened' });
    expect(customerio.pendingReports).toBe(1);
    await serve();
    await customerio.waitFor(() => customerio.pendingReports === 0, { timeoutMs: 25_000 });
    const { reportDeliveries } = customerio;
    expect(new Set(reportDeliveries.map(({ error }) => error))).toEqual(new Set([null]));
    // Where the start takes longer than a report may wait to be stored (3.5 s), it is told to come again, and only there.
    const refused = reportDeliveries.filter(({ status }) => status !== 200);
    expect(refused.filter(({ status, tookMs }) => status !== 503 || tookMs < 3_400)).toEqual([]);
    if (refused.length === 0) expect(customerio.blockedMs).toBe(0);
  },
);
