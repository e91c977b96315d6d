import type { Clients } from '../clients/clients.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { ConnectionConfig } from '../config/index.ts';
import { TRACK_HOSTS } from '../customerio/index.ts';
import { ConnectionChecks } from '../doctor/connection-checks.ts';
import { WebhookStatus } from '../doctor/webhook-status.ts';
import { curlCommand } from '../failures/curl.ts';
import { requestPreview } from '../failures/request-preview.ts';
import type { ConsoleConnection } from '../http/api/services.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import type { RulesService } from '../rules-admin/rules-service.ts';
import { loadActiveRules } from '../rules-admin/rules-source.ts';
import { catalogWithTime } from '../store/connections/catalog.ts';
import type { Db } from '../store/database/database.ts';
import { createCampaignCheck } from './campaigns.ts';
import { createPersonLinks } from './person-link.ts';

export interface ConsoleConnectionOptions {
  connection: ConnectionConfig;
  rules: RulesService;
  db(): Promise<Db>;
  /** Null until the store is open. */
  supervisor(): ConnectionSupervisor | null;
  publicUrl(): string | null;
  localUrl(): string | null;
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
  const state = () => supervisor()?.state().state ?? null;
  const webhook = new WebhookStatus({ connection: name, isRunHere: () => state() === 'running', now });
  const catalog = memoizeFor(CATALOG_MS, now, async () => catalogWithTime(await db(), name));

  return {
    api: {
      name,
      kommoUrl: kommo.url,
      requestsPerSecond: kommo.requestsPerSecond,
      state: () => stateOf(supervisor()),
      webhook,
      rules,
      checks: new ConnectionChecks({
        connection,
        db,
        rules: async () => (await loadActiveRules(connection, await db())).rules,
        isRunHere: () => (state() === null ? null : state() !== 'standby'),
        clients: () => clients,
        publicUrl,
        localUrl,
        onFixed() {
          webhook.invalidate();
          options.onFixed();
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
      hasCampaign: createCampaignCheck({ app: () => clients?.app ?? null, now }),
      personLink: createPersonLinks({ connection, db, track: () => clients?.track ?? null, now }),
    },
    clients: () => clients,
    setClients(opened) {
      clients = opened;
      webhook.setClient(opened.kommo);
    },
  };
}

function stateOf(supervisor: ConnectionSupervisor | null): ReturnType<ConsoleConnection['state']> {
  if (!supervisor) return null;
  const { lanes, rulesTrouble, ...state } = supervisor.state();
  return { state: state.state, reason: state.state === 'waiting' ? state.reason : rulesTrouble, lanes };
}
