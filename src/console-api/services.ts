import type { Logger } from 'pino';
import type { Alerts } from '../alerts/alerts.ts';
import type { ApiCall, Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config } from '../config/index.ts';
import type { EvidenceName } from '../health/facts.ts';
import type { HealthMonitor, HealthTimes } from '../health/monitor.ts';
import type { Side } from '../http/api/contract.ts';
import { createApiCallStats } from '../http/api/now/api-call-stats.ts';
import type { ApiServices } from '../http/api/services.ts';
import { createDemoLoginLinks, type DemoLoginLinks } from '../http/auth/demo-login-link.ts';
import { createRulesServices } from '../rules-admin/services.ts';
import { createRollUp, type RollUp } from '../store/counts/roll-up.ts';
import type { Database } from '../store/database/database.ts';
import { VERSION } from '../version.ts';
import { wireConnection } from './connection.ts';
import { createHealthMonitor } from './health.ts';

export interface ConsoleServicesOptions {
  config: Config;
  now(): number;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Resolves when the store is open. */
  alerts(): Promise<Alerts>;
  /** Null until the store is open. */
  supervisors(): Map<string, ConnectionSupervisor> | null;
  /** The URL at which Kommo and Customer.io reach this Stagepost; null where it is not configured. */
  publicUrl(): string | null;
  /** The local URL of this process; null before it listens. */
  localUrl(): string | null;
  /** Whether to create one-time sign-in links, for the demo only. */
  demo: boolean;
  /** The data folder, whose disk is watched; null with a PostgreSQL server. */
  dataDir: string | null;
  /** Other intervals of the judgement than the usual ones, for tests. */
  healthTimes?: Partial<HealthTimes> | undefined;
  log: Logger;
  /** Called when the counts of the console could not be brought up to date. */
  onError(error: unknown): void;
}

/** The services that the console's routes use, and the callbacks that keep them up to date. */
export interface ConsoleServices {
  options: ApiServices;
  /** Null outside the demo. */
  demoLoginLinks: DemoLoginLinks | null;
  /** Judges all connections. Runs from `start` to `stop`. */
  health: HealthMonitor;
  /** To be called after each call to Kommo or Customer.io. */
  onApiCall(connection: string, call: ApiCall): void;
  /** To be called for each webhook that was stored, or could not be; not for tests that Stagepost sends to itself. */
  onWebhook(webhook: { connection: string; source: Side }, outcome: 'stored' | 'failed'): void;
  /** To be called for each webhook that was refused. */
  onRefusedWebhook(refusal: { source: Side; connection: string | null; code: string; reason: string }): void;
  /** To be called when this process has opened a connection's clients. */
  setClients(connection: string, clients: Clients): void;
  /** Starts counting. To be called when the store is open. */
  start(database: Database): void;
  stop(): Promise<void>;
}

/** What a refusal is evidence of. A malformed request says nothing about the key: anybody can send one. */
const REFUSED: Record<string, EvidenceName> = {
  secret: 'kommo_webhook_refused',
  mismatch: 'report_refused',
  stale: 'report_stale',
};

export function createConsoleServices(options: ConsoleServicesOptions): ConsoleServices {
  const { config, now, database, alerts, supervisors, demo, publicUrl, localUrl, log, onError } = options;
  const calls = createApiCallStats(now);
  const demoLoginLinks = demo ? createDemoLoginLinks() : null;
  const rules = createRulesServices({ config, database, supervisors, log, now });
  let rollUp: RollUp | null = null;
  const connections = new Map(
    config.connections.map((connection) => {
      const { name } = connection;
      const supervisor = () => supervisors()?.get(name) ?? null;
      const db = async () => (await database()).db;
      const onFixed = () => health.invalidate(name);
      const wiring = { connection, rules: rules.of(name), db, supervisor, publicUrl, localUrl, onFixed, now };
      return [name, wireConnection(wiring)];
    }),
  );
  const health = createHealthMonitor(options, (name) => connections.get(name)?.clients() ?? null);

  return {
    options: {
      version: VERSION,
      health,
      demo,
      database,
      alerts,
      connections: [...connections.values()].map(({ api }) => api),
      publicUrl,
      calls,
      countedTo: () => rollUp?.countedTo() ?? null,
      demoLoginLinks,
      now,
    },
    demoLoginLinks,
    health,
    onApiCall(connection, call) {
      calls.note(call.destination, connection, call.status);
      health.onCall(connection, call);
      rollUp?.wake();
    },
    onWebhook({ connection, source }, outcome) {
      if (outcome === 'failed') health.onNotStored();
      else health.onWebhook(connection, source === 'kommo' ? 'kommo_webhook' : 'signing_key');
    },
    onRefusedWebhook({ connection, code, reason }) {
      const name = REFUSED[code];
      if (connection !== null && name) health.onWebhook(connection, name, reason || null);
    },
    setClients: (connection, clients) => connections.get(connection)!.setClients(clients),
    start(opened) {
      health.start();
      rollUp = createRollUp({ database: opened, now, onError });
      opened.onNotification((notification) => {
        rollUp?.wake();
        rules.onNotification(notification);
      });
    },
    async stop() {
      await rules.close();
      await rollUp?.stop();
    },
  };
}
