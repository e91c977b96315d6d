import type { DiskSample } from '../store/health/disk-samples.ts';
import type { Evidence } from '../store/health/evidence.ts';
import type { WorkAge } from '../store/health/work-age.ts';

/** How a call failed, as far as the judgement distinguishes it. */
export type CallFailure =
  | 'refused'
  | 'unpaid'
  | 'rights'
  | 'blocked'
  | 'throttled'
  | 'unreachable'
  | 'failing'
  | 'wrong_address';

/** A failure that no later success has contradicted. */
export interface OpenFailure {
  kind: CallFailure;
  /** The first failure in a row, ms. */
  since: number;
  count: number;
  /** The error's text. Never a secret. */
  message: string;
}

/** The calls to one API. */
export interface ApiFacts {
  lastGoodAt: number | null;
  failures: OpenFailure[];
}

/** What is seen of one credential. Evidence of an earlier credential is in `former`. */
export interface EvidenceFacts {
  current: ReadonlyMap<EvidenceName, Evidence>;
  former: ReadonlyMap<EvidenceName, Evidence>;
}

export const EVIDENCE = [
  'kommo_token',
  'kommo_webhook',
  /** Kommo's list of webhooks has shown the one of this connection. */
  'kommo_webhook_listed',
  'kommo_webhook_refused',
  'track_keys',
  'app_key',
  'signing_key',
  'report_refused',
  'report_stale',
] as const;
export type EvidenceName = (typeof EVIDENCE)[number];

/** A webhook in Kommo's list that has this connection's path. */
export interface KommoHook {
  /** Without the secret. */
  address: string;
  hasRightSecret: boolean;
  disabled: boolean;
  lacks: string[];
}

/** A reporting webhook in Customer.io's list that has this connection's path. */
export interface ReportingHook {
  name: string;
  endpoint: string;
  disabled: boolean;
  events: string[];
}

/** A list that was read from the other side. */
export interface Reading<T> {
  at: number;
  value: T;
}

export interface LaneFacts {
  state: 'open' | 'waiting' | 'held' | 'stopped';
  reason: string | null;
  /** Since when it is not open, ms; null where it is. */
  since: number | null;
}

export interface RulesFacts {
  stages: number;
  reactions: number;
  /** The reports that the rules need. */
  neededReports: string[];
  /** 0: nothing is published. Null: the file has the rules. */
  version: number | null;
  /** Why the newest published rules are not active; null where they are. */
  trouble: string | null;
  /** Why the rules cannot be loaded; null where they can. */
  error: string | null;
  /** Names that Kommo does not have, and fields that do not take what the rules write; null before the first reading. */
  missing: { names: string[]; fields: string[] } | null;
  /** Moves and events sent within the last week. */
  moves: number;
  sent: number;
}

/** The events log of an account without webhooks. Times are unix ms. */
export interface PollingFacts {
  everyMs: number;
  /** When it was last read to its end; null: not since the connection was started. */
  readAt: number | null;
  /** When this process began to run the connection. */
  runSince: number;
}

/** Access to Kommo that was granted by OAuth. Times are unix ms. */
export interface GrantFacts {
  /** As `GrantState` of kommo-oauth: `none` and `revoked` need a person. */
  state: 'none' | 'fresh' | 'due' | 'ended' | 'revoked';
  /** Why the last renewal has failed, as a sentence; null where it has not. */
  trouble: string | null;
  accessEndsAt: number | null;
  /** When the grant ends unless it is renewed. */
  refreshEndsAt: number | null;
}

/** Everything that the judgement of one connection depends on. Times are unix ms. */
export interface ConnectionFacts {
  connection: string;
  now: number;
  run: { state: 'running' } | { state: 'waiting'; reason: string };
  evidence: EvidenceFacts;
  publicUrl: string | null;
  /** When the token ends, ms; null where the token does not say. */
  tokenEndsAt: number | null;
  /** How the connection signs in to Kommo. */
  access: 'token' | 'oauth';
  /** Null with a long-lived token, and before the grant was read. */
  grant: GrantFacts | null;
  kommo: ApiFacts;
  /** Null before the first reading, and where the token may not read it. */
  hooks: Reading<KommoHook[]> | null;
  /** How Kommo's events log is read where no webhook reports changes; null: Kommo sends webhooks. */
  polling: PollingFacts | null;
  /** The oldest move of a deal that no webhook has followed, ms; null where there is none. */
  silentMoveAt: number | null;
  track: ApiFacts;
  /** The configured region, and the account's; null before the first reading. */
  region: { configured: 'us' | 'eu'; actual: 'us' | 'eu' | null };
  /** Null where the configuration has no App API key. */
  app: ApiFacts | null;
  reporting: Reading<ReportingHook[]> | null;
  /** Events that Customer.io has accepted since the last report that verified: how many, and since when. */
  unanswered: { events: number; since: number } | null;
  lanes: Record<'planning' | 'kommo' | 'customerio', LaneFacts> | null;
  work: WorkAge | null;
  rules: RulesFacts;
}

export interface InstallationFacts {
  now: number;
  /** How long the last small query took, ms; null where it failed. */
  databaseMs: number | null;
  databaseError: string | null;
  /** Of the data folder; null where it is not known. */
  disk: { freeBytes: number; totalBytes: number } | null;
  /** How large the database may become, bytes; null where that is not said. */
  databaseSizeLimit: number | null;
  /** Of the last week, the oldest first. */
  diskSamples: DiskSample[];
  /** By how much our clock is ahead of the other sides', ms; null before the first answer. */
  clockOffsetMs: number | null;
  /** The last time that a webhook could not be stored, ms. */
  notStoredAt: number | null;
  /** The stored connections that this process cannot use, or whose last change it cannot use. */
  unreadable: { connection: string; reason: string; runsAsBefore: boolean }[];
  /** The account and the workspace of each connection, where they are known. */
  accounts: { connection: string; accountId: number | null; workspaceId: number | null }[];
}
