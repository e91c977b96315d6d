import { randomUUID } from 'node:crypto';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionConfig } from '../config/index.ts';
import type { Finding } from '../doctor/finding.ts';
import { createCheckRuns } from '../doctor/runs.ts';
import { customerioTest, kommoTest } from '../doctor/test-request.ts';
import { testWebhook } from '../doctor/webhook-test.ts';
import type { Side, Tested } from '../http/api/contract.ts';
import { shownRequest } from '../http/api/event/request-body.ts';
import type { ConsoleChecks } from '../http/api/services.ts';
import { withOptions } from '../kommo/index.ts';
import { loadActiveRules } from '../rules-admin/rules-source.ts';
import type { Db } from '../store/database/database.ts';
import { newestRequestId, requestWith } from '../store/inbox.ts';

export interface ChecksOptions {
  connection: ConnectionConfig;
  db(): Promise<Db>;
  /** Whether this process runs the connection; null while it is being started. */
  isRunHere(): boolean | null;
  /** The clients that it was run with last. */
  clients(): Clients | null;
  publicUrl(): string | null;
  /** Where this process listens, once it does. */
  localUrl(): string | null;
  /** Something in the account was mended. */
  onMended(): void;
  now(): number;
}

/** How each side sends its webhooks. The waits: Kommo docs; Customer.io docs. */
const SENDERS: Record<Side, { sender: string; patienceMs: number }> = {
  kommo: { sender: 'Kommo', patienceMs: 2_000 },
  customerio: { sender: 'Customer.io', patienceMs: 4_000 },
};

/** A connection's checks as the console has them: those of `stagepost doctor`, by the clients that run here. */
export function createConnectionChecks(options: ChecksOptions): ConsoleChecks {
  const { connection, db, isRunHere, publicUrl, localUrl, onMended, now } = options;
  const runs = createCheckRuns({
    config: async () => ({ ...connection, ...(await loadActiveRules(connection, await db())).rules }),
    clients() {
      const found = isRunHere() ? options.clients() : null;
      return found && { ...found, kommo: withOptions(found.kommo, { priority: 'bulk' }) };
    },
    publicUrl,
    now,
  });

  async function test(side: Side): Promise<Tested> {
    const mark = `stagepost-test-${randomUUID()}`;
    const store = await db();
    const after = await newestRequestId(store);
    const { steps, stored } = await testWebhook({
      ...SENDERS[side],
      request: requestOf(side, connection, mark),
      publicUrl: publicUrl(),
      localUrl: localUrl() ?? '',
      find: () => requestWith(store, { connection: connection.name, source: side, after, text: mark }),
    });
    return { steps, request: stored && shownRequest(stored) };
  }

  return {
    known() {
      const { findings, ...known } = runs.known();
      const here = isRunHere();
      const place = here === null ? 'starting' : here ? 'here' : 'elsewhere';
      return { ...known, place, findings: findings.map(shownFinding) };
    },
    start: runs.start,
    startIfOlder: runs.startIfOlder,
    async mend(check) {
      const findings = await runs.mend(check);
      onMended();
      return findings?.map(shownFinding) ?? null;
    },
    test,
  };
}

function requestOf(side: Side, { name, kommo, customerio }: ConnectionConfig, mark: string) {
  if (side === 'kommo') return kommoTest(name, kommo.webhookSecret.reveal(), mark);
  // Customer.io's clock, not the queue's: a signature is fresh or it is not.
  return customerioTest(name, customerio.signingKeys[0]!.reveal(), mark, Date.now());
}

function shownFinding({ check, status, message, todo, mend }: Finding) {
  const side: Side = check.startsWith('kommo') ? 'kommo' : 'customerio';
  return { check, side, status, message, todo, mend };
}
