import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor, ShownState } from '../cluster/supervisor.ts';
import { type ConnectionConfig, pausedSince } from '../config/index.ts';
import { TRACK_HOSTS } from '../customerio/index.ts';
import { ConnectionChecks, type Place } from '../doctor/connection-checks.ts';
import { WebhookStatus } from '../doctor/webhook-status.ts';
import type { SendingRules } from '../domain/campaigns/coverage.ts';
import { curlCommand } from '../failures/curl.ts';
import { requestPreview } from '../failures/request-preview.ts';
import { dealUrl } from '../http/api/find-connection.ts';
import type { ConsoleConnection, ShownSettings } from '../http/api/services.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import type { RulesService } from '../rules-admin/rules-service.ts';
import { loadActiveRules } from '../rules-admin/rules-source.ts';
import { catalogWithTime } from '../store/connections/catalog.ts';
import type { Db } from '../store/database/database.ts';
import { createCoverage } from './coverage.ts';
import { createPersonLinks } from './person-link.ts';

export interface ConsoleConnectionOptions {
  connection: ConnectionConfig;
  rules: RulesService;
  db(): Promise<Db>;
  /** Null until the store is open. */
  supervisor(): ConnectionSupervisor | null;
  publicUrl(): string | null;
  localUrl(): string | null;
  /** Where the Kommo account answers, as its grant by OAuth says; null with a long-lived token, and before the grant was read. */
  kommoOrigin(): string | null;
  /** Makes the process that runs the connection read the campaigns of Customer.io. */
  refreshCampaigns(): Promise<void>;
  /** In the demo, where Kommo is simulated, deals are shown on its board. */
  isDemo: boolean;
  /** Called after something in the accounts was fixed. */
  onFixed(): void;
  now(): number;
}

/** A connection as the API sees it, with a setter for the clients while this process runs it. */
export interface WiredConnection {
  api: ConsoleConnection;
  setClients(clients: Clients): void;
  /** The clients with which this process last ran the connection. */
  clients(): Clients | null;
}

/** How long a catalog is reused for curl commands, in ms: each page of an event needs it. */
const CATALOG_MS = 5_000;

export function wireConnection(options: ConsoleConnectionOptions): WiredConnection {
  const { connection, rules, db, supervisor, publicUrl, localUrl, now } = options;
  const { name, kommo } = connection;
  let clients: Clients | null = null;
  const kommoUrl = () => options.kommoOrigin() ?? kommo.url;
  const state = () => supervisor()?.state().state ?? null;
  const webhook = new WebhookStatus({ connection: name, isRunHere: () => state() === 'running', now });
  const coverage = createCoverage({
    connection,
    db,
    rules: async () => sendingRules(supervisor()) ?? (await loadActiveRules(connection, await db())).rules,
    clients: () => (state() === 'running' ? clients : null),
    refreshRemote: options.refreshCampaigns,
    now,
  });
  const catalog = memoizeFor(CATALOG_MS, now, async () => catalogWithTime(await db(), name));

  return {
    api: {
      name,
      settings: shownSettings(connection),
      get kommoUrl() {
        return kommoUrl();
      },
      dealUrl: (id) => dealUrl((options.isDemo && localUrl()) || kommoUrl(), id),
      requestsPerSecond: kommo.requestsPerSecond,
      state: () => stateOf(supervisor()),
      webhook,
      rules,
      checks: new ConnectionChecks({
        connection,
        db,
        rules: async () => (await loadActiveRules(connection, await db())).rules,
        place: () => placeOf(state()),
        clients: () => clients,
        publicUrl,
        localUrl,
        async onFixed() {
          webhook.invalidate();
          options.onFixed();
          // What is retried next must know the id of a field that was created. Kommo may not answer just now.
          await supervisor()
            ?.refreshCatalog()
            .catch(() => {});
        },
        now,
      }),
      async curlCommands(actions) {
        const stored = (await catalog())?.catalog ?? null;
        const trackUrl = connection.customerio.trackUrl ?? TRACK_HOSTS[connection.customerio.region];
        return actions.map(({ action, ulid }) =>
          action === null ? null : curlCommand(requestPreview(action, ulid, stored), trackUrl),
        );
      },
      coverage,
      personLink: createPersonLinks({ connection, db, track: () => clients?.track ?? null, now }),
    },
    clients: () => clients,
    setClients(opened) {
      clients = opened;
      webhook.setClient(opened.kommo);
    },
  };
}

function placeOf(state: ShownState['state'] | null): Place {
  if (state === null) return 'starting';
  if (state === 'standby') return 'elsewhere';
  return state === 'paused' ? 'paused' : 'here';
}

function stateOf(supervisor: ConnectionSupervisor | null): ReturnType<ConsoleConnection['state']> {
  if (!supervisor) return null;
  const { lanes, rulesTrouble, ...state } = supervisor.state();
  return { state: state.state, reason: state.state === 'waiting' ? state.reason : rulesTrouble, lanes };
}

function shownSettings(config: ConnectionConfig): ShownSettings {
  const { origin, kommo, customerio } = config;
  return {
    source: origin.kind === 'file' ? 'file' : 'console',
    pausedSince: pausedSince(config),
    kommo: {
      directory: kommo.directory,
      taskUser: kommo.taskUser,
      pollEverySeconds: kommo.changes === 'polling' ? kommo.pollEverySeconds : null,
    },
    customerio: {
      region: customerio.region,
      siteId: customerio.siteId,
      trackUrl: customerio.trackUrl ?? null,
      appUrl: customerio.appUrl ?? null,
      signingKeys: customerio.signingKeys.length,
      hasAppKey: customerio.appKey !== undefined,
    },
  };
}

/** The rules that run in this process, whose text need not be read again; null where another process runs the connection. */
function sendingRules(supervisor: ConnectionSupervisor | null): SendingRules | null {
  const rules = supervisor?.connection()?.rules;
  if (!rules) return null;
  const stages = rules.stages.map(({ pipelineName: pipeline, stageName: stage, event }) => ({
    pipeline,
    stage,
    event,
  }));
  return { stages, inactivity: rules.inactivity };
}
