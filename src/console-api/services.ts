import type { Logger } from 'pino';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import { TRACK_HOSTS } from '../customerio/index.ts';
import { createWebhookStatus, type WebhookStatus } from '../doctor/webhook-status.ts';
import { curlCommand } from '../failures/curl.ts';
import { requestPreview } from '../failures/request-preview.ts';
import { createApiCallStats } from '../http/api/api-call-stats.ts';
import type { Side } from '../http/api/contract.ts';
import type { ConsoleConnection, ConsoleOptions } from '../http/api/services.ts';
import { createDemoLoginLinks, type DemoLoginLinks } from '../http/auth/demo-login-link.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import { loadActiveRules } from '../rules-admin/rules-source.ts';
import { createRulesServices } from '../rules-admin/service-remote.ts';
import { shownRules } from '../rules-admin/shown-rules.ts';
import { catalogWithTime } from '../store/connections/catalog.ts';
import { createRollUp, type RollUp } from '../store/counts/roll-up.ts';
import type { Database } from '../store/database/database.ts';
import { VERSION } from '../version.ts';
import { createConnectionChecks } from './checks.ts';
import { createPersonLinks } from './person-link.ts';

export interface ConsoleServicesOptions {
  config: Config;
  now(): number;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Null until the store is open. */
  supervisors(): Map<string, ConnectionSupervisor> | null;
  /** Where Kommo and Customer.io reach this Stagepost; null where it was not told. */
  publicUrl(): string | null;
  /** Where it listens, once it does. */
  localUrl(): string | null;
  /** Lets people in by one-time addresses: for the demo only. */
  demo: boolean;
  log: Logger;
  onError(error: unknown): void;
}

/** What the console's API stands on, made of the configuration, the flow and the store. */
export interface ConsoleServices {
  options: ConsoleOptions;
  /** Null but in the demo. */
  entrance: DemoLoginLinks | null;
  /** An API call ended. */
  called(side: Side, connection: string, status: number | null): void;
  /** A connection's clients were opened. */
  opened(connection: string, clients: Clients): Clients;
  /** The store works: the counting begins. */
  start(database: Database): void;
  stop(): Promise<void>;
}

/** How long a catalog that was read for the rules is good, in ms. */
const CATALOG_MS = 5_000;

export function createConsoleServices(options: ConsoleServicesOptions): ConsoleServices {
  const { config, now, database, supervisors, demo, publicUrl, localUrl, log, onError } = options;
  const calls = createApiCallStats(now);
  const watches = new Map<string, WebhookStatus>();
  const clientsOf = new Map<string, Clients>();
  let rollUp: RollUp | null = null;
  const desks = createRulesServices({ config, database, supervisors, log, now });
  const entrance = demo ? createDemoLoginLinks() : null;

  function connectionOf(connection: ConnectionConfig): ConsoleConnection {
    const { name, kommo } = connection;
    const hook = createWebhookStatus(name, () => supervisors()?.get(name)?.state().state === 'running', now);
    watches.set(name, hook);
    const catalog = memoizeFor(CATALOG_MS, now, async () => catalogWithTime((await database()).db, name));
    return {
      name,
      kommoUrl: kommo.url,
      requestsPerSecond: kommo.requestsPerSecond,
      state: () => stateOf(supervisors()?.get(name)),
      hook: hook.state,
      rules: async () => {
        const found = await catalog();
        const now = await loadActiveRules(connection, (await database()).db);
        return shownRules(name, config.file, now, found?.catalog ?? null, found?.at ?? null);
      },
      desk: desks.of(connection),
      curls: async (actions) => {
        const names = (await catalog())?.catalog ?? null;
        const trackUrl = trackUrlOf(connection);
        return actions.map(({ action, ulid }) => curlCommand(requestPreview(action, ulid, names), trackUrl));
      },
      checks: createConnectionChecks({
        connection,
        db: async () => (await database()).db,
        isRunHere() {
          const state = supervisors()?.get(name)?.state().state;
          return state === undefined ? null : state !== 'standby';
        },
        clients: () => clientsOf.get(name) ?? null,
        publicUrl,
        localUrl,
        onMended: hook.forget,
        now,
      }),
      personLink: createPersonLinks({
        connection,
        db: async () => (await database()).db,
        track: () => clientsOf.get(name)?.track ?? null,
        now,
      }),
    };
  }

  return {
    options: {
      version: VERSION,
      demo,
      database,
      connections: config.connections.map(connectionOf),
      publicUrl,
      calls,
      countedTo: () => rollUp?.countedTo() ?? null,
      entrance,
      now,
    },
    entrance,
    called(side, connection, status) {
      calls.note(side, connection, status);
      rollUp?.kick();
    },
    opened(connection, clients) {
      watches.get(connection)?.use(clients.kommo);
      clientsOf.set(connection, clients);
      return clients;
    },
    start(opened) {
      rollUp = createRollUp({ database: opened, now, onError });
      opened.onNotification((notification) => {
        rollUp?.kick();
        desks.onNotification(notification);
      });
    },
    async stop() {
      await rollUp?.stop();
    },
  };
}

function stateOf(host: ConnectionSupervisor | undefined): ReturnType<ConsoleConnection['state']> {
  if (!host) return null;
  const { lanes, rulesTrouble, ...state } = host.state();
  return { state: state.state, reason: state.state === 'waiting' ? state.reason : rulesTrouble, lanes };
}

function trackUrlOf({ customerio: { region, trackUrl } }: ConnectionConfig): string {
  return trackUrl ?? TRACK_HOSTS[region];
}
