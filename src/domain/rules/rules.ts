import type { StageRef } from '../entities.ts';

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
  /** The report that stops the timer. */
  unless: string;
  /** The event to send to Customer.io when the timer runs out. */
  event: string;
  task: TaskRule | null;
}

/** The part of a connection's configuration that `plan()` depends on. */
export interface Rules {
  /** A move that is reported with more than this delay starts no campaign. */
  skipMovesAfterSeconds: number;
  identifyBy: 'email' | 'contact_id';
  contacts: 'main' | 'all';
  /** Customer.io attribute to value path, template or literal. */
  attributes: Record<string, ValueSource | number | boolean>;
  stages: StageRule[];
  reactions: Reaction[];
  inactivity: InactivityRule[];
}
