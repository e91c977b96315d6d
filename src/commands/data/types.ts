import type { Backfills } from '../../backfills/backfills.ts';
import type { DeadLetters } from '../../failures/dead-letters.ts';
import type { ConnectionHealth } from '../../health/health.ts';
import type { Holds } from '../../holds/holds.ts';
import type {
  Checked,
  Publication,
  Published,
  RuleSource,
  RuleVersions,
} from '../../rules-admin/rules-service.ts';
import type { Draft } from '../../rules-admin/schemas.ts';
import type { Trace } from '../../store/events/trace.ts';
import type { TriggerEvidence } from '../../store/events/trigger-evidence.ts';

/** What the commands read and change: in a running server, or in the database itself. Every method throws CommandError. */
export interface DataAccess {
  letters: DeadLetters;
  /** Deals of bursts that are held until somebody decides. */
  holds: Holds;
  backfills: Backfills;
  /** The names of all connections, those of the file and those that are only in the database. */
  connections(): Promise<string[]>;
  /** @param query a deal's id, an email, or a person's identifier */
  trace(query: string): Promise<Trace[]>;
  /** Connections and lanes; null while no server runs. */
  status(): Promise<ServerStatus | null>;
  rules(connection: string): RuleAccess;
  /** Those of these receivers of alerts that could not be reached at the last attempt. */
  /** Whether Customer.io names the events that Stagepost sends; none where the running server is of an earlier version. */
  emailEvents(connections: string[]): Promise<(TriggerEvidence & { connection: string })[]>;
  failingReceivers(names: string[]): Promise<{ name: string; error: string }[]>;
  /** The judgement of these connections by the running server, or by the processes on the database; empty where none runs. */
  health(names: string[]): Promise<ConnectionHealth[]>;
  /** Whether a server delivers what is requeued. */
  isDelivering(): Promise<boolean>;
}

/** As RulesService, for the user of the command. */
export interface RuleAccess {
  source(version?: number): Promise<RuleSource>;
  versions(): Promise<RuleVersions>;
  check(draft: Draft): Promise<Checked>;
  publish(publication: Publication): Promise<Published>;
}

export interface LaneStatus {
  state: 'open' | 'waiting' | 'held';
  /** Why it does not deliver, as a sentence. */
  reason: string | null;
  /** The next try, ms. */
  until: number | null;
}

/** The answer of `GET /api/status`, as far as the commands use it. */
export interface ServerStatus {
  connections: {
    name: string;
    state: 'running' | 'standby' | 'waiting' | 'paused';
    reason?: string | undefined;
    lanes: Record<'planning' | 'kommo' | 'customerio', LaneStatus> | null;
  }[];
  /** What is still to do: events to plan, and actions of each lane. */
  open: { connection: string; events: number; kommo: number; customerio: number }[];
}
