import type { Alerts } from '../../alerts/alerts.ts';
import type { ConnectionChecks } from '../../doctor/connection-checks.ts';
import type { WebhookStatus } from '../../doctor/webhook-status.ts';
import type { Action } from '../../domain/actions.ts';
import type { Health } from '../../health/health.ts';
import type { RulesService } from '../../rules-admin/rules-service.ts';
import type { Database } from '../../store/database/database.ts';
import type { DemoLoginLinks } from '../auth/demo-login-link.ts';
import type { ApiCallStats } from './now/api-call-stats.ts';
import type { LaneState } from './now/contract.ts';

/** What the console's routes work with; made by `console-api/`, which knows the configuration and the pipeline. */
export interface ApiServices {
  version: string;
  /** Both sides are simulated. */
  demo: boolean;
  /** Resolves when the database is open. */
  database(): Promise<Pick<Database, 'db' | 'kind'>>;
  connections: ConsoleConnection[];
  /** Resolves when the database is open. */
  alerts(): Promise<Pick<Alerts, 'view' | 'test'>>;
  /** The judgement of all connections. */
  health: { current(): Health };
  /** Where Kommo and Customer.io reach this Stagepost; null where that is not configured. */
  publicUrl(): string | null;
  calls: ApiCallStats;
  /** Null except in the demo. */
  demoLoginLinks: DemoLoginLinks | null;
  /** Up to when everything is counted, ms; null while old rows are still being counted. */
  countedTo(): number | null;
  now(): number;
}

/** A connection as the console needs it. */
export interface ConsoleConnection {
  name: string;
  /** The account's address, without a slash at its end. */
  kommoUrl: string;
  /** `requests_per_second`. */
  requestsPerSecond: number;
  /** How it runs in this process; null while it is being started. */
  state(): {
    state: 'running' | 'standby' | 'waiting';
    reason: string | null;
    lanes: Record<'planning' | 'kommo' | 'customerio', LaneState> | null;
  } | null;
  /** Kommo's webhook, as last read from Kommo. */
  webhook: Pick<WebhookStatus, 'current'>;
  rules: RulesService;
  /** The request that delivers each action, as a curl command with `$VARIABLES`; null where it cannot be made. */
  curlCommands(actions: { action: Action | null; ulid: string }[]): Promise<(string | null)[]>;
  checks: Pick<ConnectionChecks, 'known' | 'start' | 'startIfOlder' | 'fix' | 'testWebhook'>;
  /** Whether a running campaign in Customer.io starts with this event; null where that is not known. */
  hasCampaign(event: string): Promise<boolean | null>;
  /** The address of the person's page in Customer.io; null where it is not known. */
  personLink(person: string): Promise<string | null>;
}
