import type { Action } from '../rules/actions.ts';
import type { Database } from '../store/database.ts';
import type { CallBook } from './call-book.ts';
import type { ConnectionNow, LaneState, Rules } from './contract.ts';
import type { Entrance } from './sign-in/entrance.ts';

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
  /** What delivers each action, as a curl line with `$VARIABLES`; null where that cannot be said. */
  curls(actions: { action: Action; ulid: string }[]): Promise<(string | null)[]>;
  /** The person's page in Customer.io; null where it is not known. */
  personLink(person: string): string | null;
}

/** What the console's routes stand on. */
export interface ConsoleOptions {
  version: string;
  /** Both sides are simulated. */
  demo: boolean;
  /** Resolves when the store is open. */
  database(): Promise<Pick<Database, 'db' | 'kind'>>;
  connections: ConsoleConnection[];
  calls: CallBook;
  /** Null but in the demo. */
  entrance: Entrance | null;
  /** Up to when all is counted, ms. */
  countedTo(): number | null;
  now(): number;
}
