import type { Logger } from 'pino';
import type { Alerts } from '../alerts/alerts.ts';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config } from '../config/index.ts';
import type { Side } from '../http/api/contract.ts';
import { createApiCallStats } from '../http/api/now/api-call-stats.ts';
import type { ApiServices } from '../http/api/services.ts';
import { createDemoLoginLinks, type DemoLoginLinks } from '../http/auth/demo-login-link.ts';
import { createRulesServices } from '../rules-admin/services.ts';
import { createRollUp, type RollUp } from '../store/counts/roll-up.ts';
import type { Database } from '../store/database/database.ts';
import { VERSION } from '../version.ts';
import { wireConnection } from './connection.ts';

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
  log: Logger;
  /** Called when the counts of the console could not be brought up to date. */
  onError(error: unknown): void;
}

/** The services that the console's routes use, and the callbacks that keep them up to date. */
export interface ConsoleServices {
  options: ApiServices;
  /** Null outside the demo. */
  demoLoginLinks: DemoLoginLinks | null;
  /** To be called after each call to Kommo or Customer.io. @param status null where there was no answer */
  onApiCall(side: Side, connection: string, status: number | null): void;
  /** To be called when this process has opened a connection's clients. */
  setClients(connection: string, clients: Clients): void;
  /** Starts counting. To be called when the store is open. */
  start(database: Database): void;
  stop(): Promise<void>;
}

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
      const wiring = { connection, rules: rules.of(name), db, supervisor, publicUrl, localUrl, now };
      return [name, wireConnection(wiring)];
    }),
  );

  return {
    options: {
      version: VERSION,
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
    onApiCall(side, connection, status) {
      calls.note(side, connection, status);
      rollUp?.wake();
    },
    setClients: (connection, clients) => connections.get(connection)!.setClients(clients),
    start(opened) {
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
