import type { ConnectionChecks } from '../../doctor/connection-checks.ts';
import type { WebhookStatus } from '../../doctor/webhook-status.ts';
import type { Action } from '../../domain/actions.ts';
import type { RulesService } from '../../rules-admin/rules-service.ts';
import type { Database } from '../../store/database/database.ts';
import type { DemoLoginLinks } from '../auth/demo-login-link.ts';
import type { ApiCallStats } from './api-call-stats.ts';
import type { LaneState } from './contract.ts';

/** A connection as the console needs it; made from the configuration and the flow, which this room does not know. */
export interface ConsoleConnection {
  name: string;
  /** The account's address, without a slash at its end. */
  kommoUrl: string;
  /** `requests_per_second`. */
  requestsPerSecond: number;
  /** How it runs here; null while it is being started. */
  state(): {
    state: 'running' | 'standby' | 'waiting';
    reason: string | null;
    lanes: Record<
      'planning' | 'kommo' | 'customerio',
      Omit<LaneState, 'state'> & { state: LaneState['state'] }
    > | null;
  } | null;
  webhook: Pick<WebhookStatus, 'current'>;
  rules: RulesService;
  /** The request that delivers each action, as a curl command with `$VARIABLES`; null where it cannot be made. */
  curlCommands(actions: { action: Action | null; ulid: string }[]): Promise<(string | null)[]>;
  checks: Pick<ConnectionChecks, 'known' | 'start' | 'startIfOlder' | 'fix' | 'testWebhook'>;
  /** The address of the person's page in Customer.io; null where it is not known. */
  personLink(person: string): Promise<string | null>;
}

/** What the console's routes stand on. */
export interface ConsoleOptions {
  version: string;
  /** Both sides are simulated. */
  demo: boolean;
  /** Resolves when the store is open. */
  database(): Promise<Pick<Database, 'db' | 'kind'>>;
  connections: ConsoleConnection[];
  /** Where Kommo and Customer.io reach this Stagepost; null where it was not told. */
  publicUrl(): string | null;
  calls: ApiCallStats;
  /** Null but in the demo. */
  entrance: DemoLoginLinks | null;
  /** Up to when all is counted, ms. */
  countedTo(): number | null;
  now(): number;
}
