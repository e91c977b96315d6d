import type { AlertLevel, AlertTopic } from '../domain/alerts.ts';
import type { Secret } from '../lib/secret.ts';
import type { ProblemAt } from './problems.ts';
import type { ValueSource } from './sources.ts';

/** stagepost.yaml, checked and with its defaults filled in. */
export interface Config {
  /** The file it was read from, as it was given. */
  file: string;
  /** How long raw personal data is kept. */
  retentionSeconds: number;
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
    attributes: Record<string, ValueSource>;
  };
  stages: StageConfig[];
  reactions: ReactionConfig[];
  inactivity: InactivityConfig[];
  /** Stage changes that Stagepost learns of later than this start no campaign. */
  skipMovesAfterSeconds: number;
}

/** One Kommo account with one Customer.io workspace, and its rules. */
export interface ConnectionConfig extends RulesConfig {
  name: string;
  /** `console`: the file has no rules, and the published ones are active. */
  rulesIn: 'file' | 'console';
  /** The rules as a YAML text of their own, with the comments of the file. */
  rulesText(): string;
  kommo: {
    /** An origin, without a slash at its end. */
    url: string;
    token: Secret;
    webhookSecret: Secret;
    requestsPerSecond: number;
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
  unless: string;
  event: string;
  task: TaskConfig | null;
}
