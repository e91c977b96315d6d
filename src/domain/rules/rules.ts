import type { StageRef } from '../entities.ts';
import type { Condition } from './condition.ts';
import type { QuietHours } from './quiet-hours.ts';

/** A text of the configuration: a value path, or a Liquid template where it contains `{{`. */
export type ValueSource = string;

/** A stage rule: entering this stage sends this event. Names are already resolved to ids. */
export interface StageRule extends StageRef {
  pipelineName: string;
  stageName: string;
  event: string;
  /** The event's data: key to value path, template or literal. */
  data: Record<string, ValueSource | number | boolean>;
  /** Liquid text of the note on the deal; null for the default text. */
  note: string | null;
  tags: TagRule | null;
  /** Whether the event is also sent for a client who cannot get email. */
  unmailableClients: 'send' | 'skip';
  /** What must be true of the deal for the event to be sent; null: nothing. */
  condition: Condition | null;
  /** How long after the move the event goes out, s. */
  delaySeconds: number;
  /** The part of the day in which the event does not go out; null: none. */
  quietHours: QuietHours | null;
  /** What becomes of an event that is held for one of these when the deal leaves the stage. */
  whenLeft: 'drop' | 'send';
  /** Whether a deal or a person gets the event once only; null: with each entry into the stage. */
  once: 'deal' | 'person' | null;
  /** From how many deals at once the events of this stage are held; null: never. */
  bulkGuard: BulkGuard | null;
}

/** The most deals that may enter a stage within a time. The events of more are held until somebody decides. */
export interface BulkGuard {
  deals: number;
  withinSeconds: number;
}

/** Tags of the deal, by name. Each is a Liquid text. */
export interface TagRule {
  add: string[];
  remove: string[];
}

export interface TaskRule {
  /** Liquid. */
  text: string;
  /** How long after the report the task is due, in seconds. */
  dueSeconds: number;
}

/** What a report of Customer.io does to the deal. */
export interface Reaction {
  /** `<object_type>_<metric>`. */
  name: string;
  note: string | null;
  task: TaskRule | null;
  /** The Liquid text to set each deal field to, by the field's name or id as written in the configuration. */
  fields: Record<string, string>;
  tags: TagRule | null;
  /** `first`: only the first report of a message; `every`: each one. */
  repeat: 'first' | 'every';
  machineOpens: 'ignore' | 'count';
}

export interface InactivityRule {
  /** The stage event that starts the timer. */
  start: string;
  afterSeconds: number;
  /** The reports that stop the timer; `any_engagement` stands for whatever a client does with a message. */
  unless: string[];
  /** The event to send to Customer.io when the timer runs out. */
  event: string;
  task: TaskRule | null;
  /** What becomes of the deal or the client that stops the timer, besides the deletion of the deal. */
  stopWhen: StopCondition[];
  /** Whether the timer of a client who cannot get email stops, or does not start. */
  unmailableClients: 'stop' | 'keep';
}

/**
 * - `won`, `lost`: the deal
 * - `stage_left`: the deal is in another stage than the one that has started the timer
 * - `unsubscribed`, `bounced`: the client, also by a spam complaint; the current address
 */
export const STOP_CONDITIONS = ['won', 'lost', 'stage_left', 'unsubscribed', 'bounced'] as const;
export type StopCondition = (typeof STOP_CONDITIONS)[number];

/** Which of a person's open deals a report belongs to, and whose values the person's attributes follow. */
export type DealRule =
  | { kind: 'last_changed' }
  /** Notes and tags go to all open deals. */
  | { kind: 'all' }
  /** An open deal of this pipeline goes before the others. */
  | { kind: 'pipeline'; pipelineId: number; pipelineName: string };

/** How people's profiles at Customer.io follow what happens to contacts. */
export interface ProfileRules {
  /** Comes before the contact's id where that is the identity; empty for none. */
  idPrefix: string;
  /** Whether profiles that turn out to be one person are merged. */
  merge: boolean;
  whenEmailRemoved: 'keep' | 'clear' | 'unsubscribe';
  whenContactDeleted: 'keep' | 'unsubscribe' | 'delete';
}

/** The part of a connection's configuration that `plan()` depends on. */
export interface Rules {
  /** A move that is reported with more than this delay starts no campaign. */
  skipMovesAfterSeconds: number;
  /** For how long after the move its event waits for a contact with an email; 0: not at all. */
  waitForContactSeconds: number;
  identifyBy: 'email' | 'contact_id';
  profiles: ProfileRules;
  contacts: 'main' | 'all';
  deal: DealRule;
  /** Customer.io attribute to value path, template or literal. */
  attributes: Record<string, ValueSource | number | boolean>;
  stages: StageRule[];
  reactions: Reaction[];
  inactivity: InactivityRule[];
  consent: ConsentRules;
}

/** What an opt-out or opt-in that is set in Kommo does at Customer.io. */
export interface ConsentRules {
  /** Whether it does anything. */
  fromCrm: boolean;
  /** The checkbox of the contact for clients who want no email, by name or id; null: none. */
  contactField: string | null;
  /** The topics to switch off; empty: the client is unsubscribed from everything. */
  topics: readonly string[];
  /** Whether a user of Kommo may take an opt-out back. */
  optInFromCrm: boolean;
}
