import type { Logger } from 'pino';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { RunState, WatchedConnection } from '../health/connection-watch.ts';
import { HealthMonitor, type HealthTimes } from '../health/monitor.ts';
import { type ActiveRules, loadActiveRules } from '../rules-admin/rules-source.ts';
import type { Database, Db } from '../store/database/database.ts';

/** How long the rules are reused while their version stays, ms: reading them parses a text. */
const RULES_MS = 60_000;

export interface HealthWiring {
  config: Config;
  database(): Promise<Database>;
  /** Null until the store is open. */
  supervisors(): Map<string, ConnectionSupervisor> | null;
  publicUrl(): string | null;
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
  const { config, database, supervisors, publicUrl, dataDir, healthTimes, now, log } = options;
  const db = async () => (await database()).db;
  return new HealthMonitor({
    connections: config.connections.map((connection) =>
      watched(connection, {
        db,
        now,
        supervisor: () => supervisors()?.get(connection.name) ?? null,
        clients: () => clientsOf(connection.name),
      }),
    ),
    ...{ db, publicUrl, dataDir, now },
    times: healthTimes,
    onError: (error) => log.error({ err: error }, 'the health of the connections could not be judged'),
  });
}

interface Wiring {
  db(): Promise<Db>;
  now(): number;
  supervisor(): ConnectionSupervisor | null;
  clients(): Clients | null;
}

function watched(config: ConnectionConfig, { db, now, supervisor, clients }: Wiring): WatchedConnection {
  let rules: { at: number; running: number | null; active: ActiveRules } | null = null;
  const run = () => runState(supervisor());
  return {
    config,
    run,
    clients: () => (run() === null ? null : clients()),
    async rules() {
      const running = supervisor()?.rulesVersion() ?? null;
      if (!rules || rules.running !== running || now() - rules.at > RULES_MS)
        rules = { at: now(), running, active: await loadActiveRules(config, await db()) };
      return rules.active;
    },
  };
}

function runState(supervisor: ConnectionSupervisor | null): RunState | null {
  const state = supervisor?.state();
  if (!state || state.state === 'standby') return null;
  if (state.state === 'waiting') return { state: 'waiting', reason: state.reason };
  return { state: 'running', lanes: state.lanes, rulesTrouble: state.rulesTrouble };
}
