import type { Logger } from 'pino';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { ConnectionSet } from '../connections/connection-set.ts';
import type { UnreadableConnection } from '../connections/unreadable.ts';
import type { RunState, WatchedConnection } from '../health/connection-watch.ts';
import { HealthMonitor, type HealthTimes } from '../health/monitor.ts';
import type { KommoAccess } from '../kommo-oauth/kommo-access.ts';
import { type ActiveRules, loadActiveRules } from '../rules-admin/rules-source.ts';
import type { Database, Db } from '../store/database/database.ts';

/** How often the rules of a connection that waits are read again, ms. */
const WAITING_RULES_MS = 60_000;

export interface HealthWiring {
  config: Pick<Config, 'databaseSizeLimit'>;
  connections: ConnectionSet;
  database(): Promise<Database>;
  /** Null until the store is open. */
  supervisors(): ReadonlyMap<string, ConnectionSupervisor> | null;
  publicUrl(): string | null;
  kommoAccess: Pick<KommoAccess, 'tokens'>;
  /** The stored connections that this process cannot use; none before they were read. */
  unreadableConnections(): UnreadableConnection[];
  dataDir: string | null;
  healthTimes?: Partial<HealthTimes> | undefined;
  now(): number;
  log: Logger;
}

/** The judgement of the connections in this process. @param clientsOf the clients with which it runs a connection */
export function createHealthMonitor(
  options: HealthWiring,
  clientsOf: (connection: string) => Clients | null,
): HealthMonitor {
  const { config, connections, database, supervisors, publicUrl, dataDir, healthTimes, now, log } = options;
  const db = async () => (await database()).db;
  const monitor = new HealthMonitor({
    ...{ db, publicUrl, dataDir, databaseSizeLimit: config.databaseSizeLimit, now },
    times: healthTimes,
    unreadable: options.unreadableConnections,
    onError: (error) => log.error({ err: error }, 'the health of the connections could not be judged'),
  });
  const watch = (connection: ConnectionConfig) => {
    const supervisor = () => supervisors()?.get(connection.name) ?? null;
    const clients = () => clientsOf(connection.name);
    const grant = () =>
      connection.kommo.access.kind === 'oauth' ? options.kommoAccess.tokens(connection.name).facts() : null;
    monitor.add(watched(connection, { db, now, supervisor, clients, grant }));
  };
  connections.each(watch, (_, name) => monitor.remove(name));
  return monitor;
}

interface Wiring {
  db(): Promise<Db>;
  now(): number;
  supervisor(): ConnectionSupervisor | null;
  clients(): Clients | null;
  grant: WatchedConnection['grant'];
}

function watched(
  config: ConnectionConfig,
  { db, now, supervisor, clients, grant }: Wiring,
): WatchedConnection {
  let rules: { at: number; key: string; active: ActiveRules } | null = null;
  const run = () => runState(supervisor());
  // The supervisor notices each published version: it runs it, or says why it cannot.
  const isCurrent = (key: string) =>
    rules?.key === key && (run()?.state === 'running' || now() - rules.at <= WAITING_RULES_MS);
  return {
    config,
    run,
    grant,
    clients: () => (run() === null ? null : clients()),
    catalog: () => supervisor()?.connection()?.catalog ?? null,
    async rules() {
      const key = `${supervisor()?.rulesVersion()} ${supervisor()?.state().rulesTrouble}`;
      if (!isCurrent(key)) rules = { at: now(), key, active: await loadActiveRules(config, await db()) };
      return rules!.active;
    },
  };
}

function runState(supervisor: ConnectionSupervisor | null): RunState | null {
  const state = supervisor?.state();
  if (!state || state.state === 'standby' || state.state === 'paused') return null;
  if (state.state === 'waiting') return { state: 'waiting', reason: state.reason };
  return {
    state: 'running',
    lanes: state.lanes,
    rulesTrouble: state.rulesTrouble,
    logReadAt: state.logReadAt,
  };
}
