import type { AlertLevel, AlertTopic } from '../domain/alerts.ts';
import type { Condition } from '../domain/rules/condition.ts';
import type { QuietHours } from '../domain/rules/quiet-hours.ts';
import type { BulkGuard, ConsentRules, ProfileRules, StopCondition } from '../domain/rules/rules.ts';
import type { Secret } from '../lib/secret.ts';
import type { PlacedTest } from './conditions.ts';
import type { ProblemAt } from './problems.ts';
import type { ValueSource } from './sources.ts';

/** stagepost.yaml, checked and with its defaults filled in. */
export interface Config {
  /** The file it was read from, as it was given. */
  file: string;
  /** How long raw personal data is kept. */
  retentionSeconds: number;
  /** How large the database may become, bytes; null where that is not said. */
  databaseSizeLimit: number | null;
  /** The calls a second of all connections together to Kommo; null: only those of each account are limited. */
  kommoRequestsPerSecond: number | null;
  connections: ConnectionConfig[];
  alerts: AlertsConfig;
}

/** Who is told when something is wrong. */
export interface AlertsConfig {
  receivers: ReceiverConfig[];
  /** What counts as 100 per cent, for each connection. */
  limits: { deadLetters: number; backlog: number };
}

export type ReceiverConfig = {
  name: string;
  levels: AlertLevel[];
  topics: AlertTopic[];
  /** Null: all. */
  connections: string[] | null;
} & ReceiverTarget;

export type ReceiverTarget =
  | { kind: 'webhook'; url: Secret; secret: Secret }
  | { kind: 'slack'; url: Secret }
  | { kind: 'mail'; smtpUrl: Secret; from: string; to: string[] }
  /** `user`: name or id. */
  | { kind: 'kommo_task'; connection: string; user: string };

/** The rules of a connection. Pipelines, stages and fields are names, which `resolveRules` looks up. */
export interface RulesConfig extends RuleContents {
  /** Creates a problem with the place of a key of these rules: `problem(['stages', 2, 'stage'], ...)`. */
  problem: ProblemAt;
}

/** What rules say, without their places in a text. */
export interface RuleContents {
  person: {
    identifyBy: 'email' | 'contact_id';
    contacts: 'main' | 'all';
    /** `last_changed`, `all`, or the name or id of a pipeline. */
    deal: string;
    profiles: ProfileRules;
    attributes: Record<string, ValueSource>;
  };
  stages: StageConfig[];
  reactions: ReactionConfig[];
  inactivity: InactivityConfig[];
  /** Stage changes that Stagepost learns of later than this start no campaign. */
  skipMovesAfterSeconds: number;
  /** How long an event waits for a contact with an email; 0: not at all. */
  waitForContactSeconds: number;
  /** From how many deals at once events are held; null: never. */
  bulkGuard: BulkGuard | null;
  /** When no event goes out; null: none. */
  quietHours: QuietHours | null;
  /** What an opt-out in Kommo does. */
  consent: ConsentRules;
}

/** How a connection signs in to Kommo. */
export type KommoAccess =
  | { kind: 'token'; token: Secret }
  /** The tokens are not configured: they are in the database, since somebody has granted access. */
  | {
      kind: 'oauth';
      clientId: string;
      clientSecret: Secret;
      /** As it is registered in Kommo; null: `/oauth/kommo` below the public address. */
      redirectUri: string | null;
    };

/** Where a connection is kept. Only one that is in the database can be paused. Times are unix ms. */
export type ConnectionOrigin =
  | { kind: 'file' }
  | {
      kind: 'database';
      /** Since when it is paused: its webhooks are stored, and nothing else happens. Null where it is not. */
      pausedAt: number | null;
      /** When it was resumed, as long as inactivity timers may have run out unnoticed during the pause; else null. */
      resumedAt: number | null;
    };

/** One Kommo account with one Customer.io workspace, and its rules. */
export interface ConnectionConfig extends RulesConfig {
  name: string;
  origin: ConnectionOrigin;
  /** `console`: the file has no rules, and the published ones are active. */
  rulesIn: 'file' | 'console';
  /** The rules as a YAML text of their own, with the comments of the file. */
  rulesText(): string;
  kommo: {
    /** An origin, without a slash at its end. */
    url: string;
    access: KommoAccess;
    webhookSecret: Secret;
    /** How changes in Kommo are learned of: Kommo reports them, or its events log is read every `pollEverySeconds`. */
    changes: 'webhooks' | 'polling';
    pollEverySeconds: number;
    requestsPerSecond: number;
    /** Whether the addresses of all contacts are kept. */
    directory: 'on' | 'off';
    /** Who gets the tasks of colleagues who have left: a user's name, email or id. Null: the token's user. */
    taskUser: string | null;
  };
  customerio: {
    region: 'us' | 'eu';
    siteId: string;
    apiKey: Secret;
    /** At least one; a report is good if any of them signed it. */
    signingKeys: Secret[];
    appKey?: Secret;
    /** Origins that replace the region's. */
    trackUrl?: string;
    appUrl?: string;
  };
}

export interface StageConfig {
  /** Name or id. */
  pipeline: string;
  /** Name or id. */
  stage: string;
  event: string;
  data: Record<string, ValueSource>;
  note: string | null;
  tags: TagConfig | null;
  unmailableClients: 'send' | 'skip';
  condition: Condition<PlacedTest> | null;
  delaySeconds: number;
  /** Null: off. Missing where the stage has none of its own. */
  quietHours?: QuietHours | null;
  whenLeft: 'drop' | 'send';
  once: 'deal' | 'person' | null;
  /** Null: off. Missing where the stage has none of its own. */
  bulkGuard?: BulkGuard | null | undefined;
}

/** Tags of the deal, by name; each is a Liquid text. */
export interface TagConfig {
  add: string[];
  remove: string[];
}

export interface TaskConfig {
  text: string;
  dueSeconds: number;
}

export interface ReactionConfig {
  name: string;
  note: string | null;
  task: TaskConfig | null;
  fields: Record<string, string>;
  tags: TagConfig | null;
  repeat: 'first' | 'every';
  machineOpens: 'ignore' | 'count';
}

export interface InactivityConfig {
  start: string;
  afterSeconds: number;
  /** Reports, or `any_engagement`. */
  unless: string[];
  event: string;
  task: TaskConfig | null;
  stopWhen: StopCondition[];
  unmailableClients: 'stop' | 'keep';
}
