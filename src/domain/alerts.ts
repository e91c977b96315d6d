/*
 * The plain data of alerts: what was seen to be wrong, what each receiver was told of it, and what is sent. `src/alerts`
 * decides, `src/store/alerts` keeps. All times are unix ms.
 */

/** The levels that a receiver may want. */
export const ALERT_LEVELS = ['warning', 'broken', 'recovered'] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** What alerts are about. */
export const ALERT_TOPICS = ['health', 'dead_letters', 'backlog', 'opt_outs', 'gaps'] as const;
export type AlertTopic = (typeof ALERT_TOPICS)[number];

export const RECEIVER_KINDS = ['webhook', 'slack', 'mail', 'kommo_task'] as const;

/** `ok`: nothing is wrong, or not any more. */
export type AlertLight = 'ok' | 'warning' | 'broken';

/** What an alert is about, and how it is shown. */
export interface AlertSubject {
  /** Identifies the condition over time and between processes. */
  key: string;
  topic: AlertTopic;
  /** Null: the whole installation. */
  connection: string | null;
  /** `kommo`, `customerio`, `rules` or `installation`. */
  side: string;
  /** Stable; what a mute names. */
  code: string;
  /** One sentence with the particulars. Never contains a secret. */
  message: string;
  /** What a person should do. */
  todo: string;
  /** The path of the console's page: `/connections`. */
  path: string;
}

/** Something that is wrong now. */
export interface Observation extends AlertSubject {
  light: 'warning' | 'broken' | 'unknown';
  /** A number that only rises while it gets worse: the per cent of a limit that were passed. 0 where there is none. */
  step: number;
  since: number;
}

/** Something that is or was wrong, with what was announced of it. */
export interface Condition extends AlertSubject {
  light: AlertLight;
  step: number;
  /** Since when it is seen with this light and step. */
  lightSince: number;
  /** When the present or last episode began. */
  since: number;
  /** The light and step of the last change that was announced. */
  announced: AlertLight;
  announcedStep: number;
  /** When the episodes of the last hour began, the oldest first. */
  episodes: number[];
}

/** What one receiver was told of a condition, and what it is to be told. */
export interface Notice extends AlertSubject {
  receiver: string;
  /** The light that the receiver knows of. */
  deliveredLight: AlertLight;
  /** The light it has by now. */
  light: AlertLight;
  /** The worst light since the receiver was told. */
  worst: 'warning' | 'broken';
  since: number;
  /** Null while it lasts. */
  endedAt: number | null;
  /** How often it began since the receiver was told. */
  episodes: number;
  /** Since when there is something to tell; null where the receiver knows everything. */
  waitingSince: number | null;
  deliveredAt: number | null;
  /** The receiver in whose place this one is told, because that one cannot be reached. */
  insteadOf: string | null;
}

/** One change, as a message shows it. */
export interface AlertItem extends Omit<AlertSubject, 'key' | 'path'> {
  level: AlertLevel;
  since: number;
  endedAt: number | null;
  /** The console's page; null where the public address is not configured. */
  url: string | null;
  /** How often it began; more than 1 where the receiver could not be told in between. */
  episodes: number;
  /** It began and ended before the receiver could be told. */
  isLate: boolean;
  /** The receiver knows it already, and it still lasts. */
  isReminder: boolean;
  insteadOf: string | null;
}

/** One message to one receiver. */
export interface AlertMessage {
  /** Unique; the same when the same message is sent again. */
  id: string;
  receiver: string;
  at: number;
  isTest: boolean;
  level: AlertLevel;
  /** One line. */
  title: string;
  items: AlertItem[];
  /** Changes that did not fit into the message. */
  omitted: number;
}

/** A message that was sent, or tried to be sent. */
export interface AlertRecord {
  id: string;
  receiver: string;
  /** The last attempt. */
  at: number;
  isTest: boolean;
  level: AlertLevel;
  title: string;
  /** Those that it is about; null stands for the whole installation. */
  connections: (string | null)[];
  outcome: 'delivered' | 'failed';
  /** A sentence; null where it was delivered. Never contains a secret. */
  error: string | null;
  attempts: number;
}

/** How sending to a receiver goes. */
export interface ReceiverState {
  /** Attempts that have failed in a row. */
  failures: number;
  failingSince: number | null;
  error: string | null;
  nextAttemptAt: number;
  lastDeliveredAt: number | null;
  /** The message that was tried last, so that the same content keeps its id. */
  messageId: string | null;
  /** The hash of its content. */
  content: string | null;
}

/** Alerts that are not sent for a time. Null means all. */
export interface Mute {
  id: number;
  receiver: string | null;
  connection: string | null;
  code: string | null;
  endsAt: number;
  setBy: string;
  setAt: number;
}
