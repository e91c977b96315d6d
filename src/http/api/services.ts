import type { Action } from '../../domain/actions.ts';
import type { Database } from '../../store/database/database.ts';
import type { DemoLoginLinks } from '../auth/demo-login-link.ts';
import type { ApiCallStats } from './api-call-stats.ts';
import type { ConnectionChecks, ConnectionNow, LaneState, Rules, Side, Tested } from './contract.ts';
import type { RulesService } from './rules/service.ts';

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
  /** Kommo's webhook, as last seen. */
  hook(): ConnectionNow['kommo']['hook'];
  /** The rules over what Kommo has. */
  rules(): Promise<Rules>;
  /** Where the rules are edited. */
  desk: RulesService;
  /** What delivers each action, as a curl line with `$VARIABLES`; null where that cannot be said. */
  curls(actions: { action: Action; ulid: string }[]): Promise<(string | null)[]>;
  checks: ConsoleChecks;
  /** The person's page in Customer.io; null where it is not known. */
  personLink(person: string): Promise<string | null>;
}

/** The checks of a connection, and tests of its two doors. */
export interface ConsoleChecks {
  known(): Omit<ConnectionChecks, 'connection'>;
  /** Begins a run, unless one is under way or the connection is not run here. */
  start(): void;
  /** The same where the last run is older, ms. */
  startIfOlder(ms: number): void;
  /** Mends what Stagepost can. @returns what the check finds then; null where the connection is not run here. */
  mend(check: 'kommo fields' | 'kommo webhook'): Promise<ConnectionChecks['findings'] | null>;
  /** Sends a webhook that means nothing to Stagepost itself. */
  test(side: Side): Promise<Tested>;
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
