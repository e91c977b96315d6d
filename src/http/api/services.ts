import type { Alerts } from '../../alerts/alerts.ts';
import type { UnreadableConnection } from '../../connections/unreadable.ts';
import type { ConnectionChecks } from '../../doctor/connection-checks.ts';
import type { WebhookStatus } from '../../doctor/webhook-status.ts';
import type { Action } from '../../domain/actions.ts';
import type { Health } from '../../health/health.ts';
import type { KommoAccess } from '../../kommo-oauth/kommo-access.ts';
import type { RulesService } from '../../rules-admin/rules-service.ts';
import type { Setups } from '../../setup/setups.ts';
import type { Database } from '../../store/database/database.ts';
import type { Authorship } from '../../store/users/actor.ts';
import type { DemoLogin } from '../auth/demo-login.ts';
import type { ConnectionChange } from './connections/contract.ts';
import type { ConnectionCoverage } from './coverage/service.ts';
import type { ApiCallStats } from './now/api-call-stats.ts';
import type { LaneState } from './now/contract.ts';

/** What the console's routes work with; made by `console-api/`, which knows the configuration and the pipeline. */
export interface ApiServices {
  version: string;
  /** Both sides are simulated; null outside the demo. */
  demo: DemoLogin | null;
  /** Resolves when the database is open. */
  database(): Promise<Pick<Database, 'db' | 'kind'>>;
  /** By name; they may change. */
  connections: ReadonlyMap<string, ConsoleConnection>;
  /** The stored connections that this process cannot use, or whose last change it cannot use. */
  unreadableConnections(): UnreadableConnection[];
  /** Resolves when the database is open. */
  alerts(): Promise<Pick<Alerts, 'view' | 'test'>>;
  /** The judgement of all connections. */
  health: { current(): Health };
  /** Where Kommo and Customer.io reach this Stagepost; null where that is not configured. */
  publicUrl(): string | null;
  /** Access to Kommo by OAuth. */
  kommoAccess: KommoAccess;
  /** The connections that are being made. */
  setups: Setups;
  /** Changes connections of the database. */
  managed: ManagedConnections;
  calls: ApiCallStats;
  /** Up to when everything is counted, ms; null while old rows are still being counted. */
  countedTo(): number | null;
  now(): number;
}

/** Each resolves when the change is effective in this process. @throws ConnectionError */
export interface ManagedConnections {
  pause(name: string, by: Authorship): Promise<void>;
  resume(name: string, by: Authorship): Promise<void>;
  remove(name: string, by: Authorship): Promise<void>;
  /** As files; `secrets` by the names of their variables. */
  export(name: string, by: Authorship): Promise<{ yaml: string; secrets: ReadonlyMap<string, string> }>;
  /** @param force stores credentials although an account refuses them */
  change(name: string, change: ConnectionChange, force: boolean, by: Authorship): Promise<void>;
}

/** What may be shown of a connection's configuration: no secret is part of it. */
export interface ShownSettings {
  source: 'file' | 'console';
  /** Since when it is paused, ms; null where it is not. */
  pausedSince: number | null;
  kommo: {
    directory: 'on' | 'off';
    taskUser: string | null;
    /** How often the events log is read in the place of webhooks, s; null: Kommo sends webhooks. */
    pollEverySeconds: number | null;
  };
  customerio: {
    region: 'us' | 'eu';
    siteId: string;
    trackUrl: string | null;
    appUrl: string | null;
    signingKeys: number;
    hasAppKey: boolean;
  };
}

/** A connection as the console needs it. */
export interface ConsoleConnection {
  name: string;
  /** The account's address, without a slash at its end. */
  kommoUrl: string;
  /** The address of the deal's page in Kommo; in the demo, on its board. */
  dealUrl(dealId: number): string;
  /** `requests_per_second`. */
  requestsPerSecond: number;
  /** How it runs in this process; null while it is being started. */
  state(): {
    state: 'running' | 'standby' | 'waiting' | 'paused';
    reason: string | null;
    lanes: Record<'planning' | 'kommo' | 'customerio', LaneState> | null;
  } | null;
  /** Kommo's webhook, as last read from Kommo. */
  webhook: Pick<WebhookStatus, 'current'>;
  rules: RulesService;
  /** The request that delivers each action, as a curl command with `$VARIABLES`; null where it cannot be made. */
  curlCommands(actions: { action: Action | null; ulid: string }[]): Promise<(string | null)[]>;
  settings: ShownSettings;
  checks: Pick<ConnectionChecks, 'known' | 'start' | 'startIfOlder' | 'fix' | 'testWebhook'>;
  /** The campaigns of Customer.io that start from the connection's events. */
  coverage: ConnectionCoverage;
  /** The address of the person's page in Customer.io; null where it is not known. */
  personLink(person: string): Promise<string | null>;
}
