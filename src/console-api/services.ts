import type { Logger } from 'pino';
import { z } from 'zod';
import type { Alerts } from '../alerts/alerts.ts';
import type { ApiCall, Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { ConnectionSet } from '../connections/connection-set.ts';
import type { UnreadableConnection } from '../connections/unreadable.ts';
import { checksMethod } from '../doctor/checks-method.ts';
import type { EvidenceName } from '../health/facts.ts';
import type { HealthMonitor, HealthTimes } from '../health/monitor.ts';
import type { Side } from '../http/api/contract.ts';
import { createApiCallStats } from '../http/api/now/api-call-stats.ts';
import type { ApiServices } from '../http/api/services.ts';
import type { DemoLogin } from '../http/auth/demo-login.ts';
import type { KommoLimits } from '../kommo/index.ts';
import type { KommoAccess } from '../kommo-oauth/kommo-access.ts';
import { createRulesServices } from '../rules-admin/services.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { AccountOrigins } from '../setup/setups.ts';
import { createRollUp, type RollUp } from '../store/counts/roll-up.ts';
import type { Database } from '../store/database/database.ts';
import { VERSION } from '../version.ts';
import { wireConnection } from './connection.ts';
import { createHealthMonitor } from './health.ts';
import { manageConnections } from './managed-connections.ts';
import { createSetups } from './setups.ts';

export interface ConsoleServicesOptions {
  config: Config;
  connections: ConnectionSet;
  now(): number;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Resolves when the store is open. */
  alerts(): Promise<Alerts>;
  /** Null until the store is open. */
  supervisors(): ReadonlyMap<string, ConnectionSupervisor> | null;
  /** The URL at which Kommo and Customer.io reach this Stagepost; null where it is not configured. */
  publicUrl(): string | null;
  /** The local URL of this process; null before it listens. */
  localUrl(): string | null;
  /** Reads the stored connections again. Resolves when all changes are effective. */
  refreshConnections(): Promise<void>;
  /** The stored connections that this process cannot use; none before they were read. */
  unreadableConnections(): UnreadableConnection[];
  /** Opens the key of stored secrets. @throws KeyUnusable where there is none */
  existingKeyring(): Keyring;
  /** Null outside the demo. */
  demo: DemoLogin | null;
  /** The data folder, whose disk is watched; null with a PostgreSQL server. */
  dataDir: string | null;
  /** Other intervals of the judgement than the usual ones, for tests. */
  healthTimes?: Partial<HealthTimes> | undefined;
  /** Opens the key of stored secrets, or makes it. @throws KeyUnusable */
  keyring(): Keyring;
  /** Simulators in the place of both accounts, for connections that are made while it runs. */
  accountOrigins: AccountOrigins;
  /** Access to Kommo by OAuth. */
  kommoAccess: KommoAccess;
  /** The limits that all Kommo clients of this process share. */
  kommoLimits: KommoLimits;
  log: Logger;
  /** Called when the counts of the console could not be brought up to date. */
  onError(error: unknown): void;
}

/** The services that the console's routes use, and the callbacks that keep them up to date. */
export interface ConsoleServices {
  options: ApiServices;
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
  /** To be called after the last webhook and before the store is closed: what was seen of each connection is stored. */
  stop(): Promise<void>;
}

/** Reads the campaigns of the connection's workspace and stores them, in the process that runs it. */
const campaignsMethod = { name: 'campaigns.refresh', request: z.null(), response: z.null() };

/** What a refusal is evidence of. A malformed request says nothing about the key: anybody can send one. */
const REFUSED: Record<string, EvidenceName> = {
  secret: 'kommo_webhook_refused',
  mismatch: 'report_refused',
  stale: 'report_stale',
};

export function createConsoleServices(options: ConsoleServicesOptions): ConsoleServices {
  const { config, connections, now, database, alerts, supervisors, demo, log, onError } = options;
  const { publicUrl, localUrl, existingKeyring, refreshConnections } = options;
  const calls = createApiCallStats(now);
  const rules = createRulesServices({ config, connections, database, supervisors, log, now });
  let rollUp: RollUp | null = null;
  const wire = (connection: ConnectionConfig) => {
    const { name } = connection;
    const supervisor = () => supervisors()?.get(name) ?? null;
    const db = async () => (await database()).db;
    const onFixed = () => health.invalidate(name);
    const isDemo = demo !== null;
    const usesOAuth = connection.kommo.access.kind === 'oauth';
    const urls = { publicUrl, localUrl, isDemo };
    const refreshCampaigns = async () => void (await rules.rpc.call(campaignsMethod, name, null));
    return wireConnection({
      ...{ connection, rules: rules.of(name), db, supervisor, ...urls, onFixed, now },
      refreshCampaigns,
      kommoOrigin: () => (usesOAuth ? options.kommoAccess.tokens(name).origin : null),
    });
  };
  const wired = connections.each(wire, (_, name) => calls.forget(name));
  const shown = connections.each(({ name }) => wired.get(name)!.api);
  const configuredAt = now();
  rules.rpc.handle(checksMethod, async (name, { start }) => {
    const { checks } = shown.get(name)!;
    if (start) checks.start();
    return { configuredAt, publicUrl: publicUrl(), ...checks.known() };
  });
  rules.rpc.handle(campaignsMethod, async (name) => {
    await shown.get(name)!.coverage.refresh();
    return null;
  });
  const health = createHealthMonitor(options, (name) => wired.get(name)?.clients() ?? null);
  const setups = createSetups({
    ...{ publicUrl, now, log, shown, keyring: options.keyring, origins: options.accountOrigins },
    rpc: rules.rpc,
    async takeOver() {
      (await database()).notify({ type: 'connections_changed' });
      await refreshConnections();
    },
    oauth: options.kommoAccess,
    kommoLimits: options.kommoLimits,
    db: async () => (await database()).db,
    connections: () => connections.names,
    health: (name) => health.current().connections.find(({ connection }) => connection === name) ?? null,
  });

  return {
    options: {
      version: VERSION,
      health,
      demo,
      database,
      alerts,
      connections: shown,
      unreadableConnections: options.unreadableConnections,
      publicUrl,
      kommoAccess: options.kommoAccess,
      setups,
      managed: manageConnections({
        ...{ database, keyring: existingKeyring, refresh: refreshConnections },
        oauthTokens: (name) => options.kommoAccess.tokens(name),
        kommoLimits: options.kommoLimits,
      }),
      calls,
      countedTo: () => rollUp?.countedTo() ?? null,
      now,
    },
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
    setClients: (connection, clients) => wired.get(connection)?.setClients(clients),
    start(opened) {
      health.start();
      rollUp = createRollUp({ database: opened, now, onError });
      opened.onNotification((notification) => {
        rollUp?.wake();
        rules.onNotification(notification);
      });
    },
    async stop() {
      await health.stop();
      await rules.close();
      await rollUp?.stop();
    },
  };
}
