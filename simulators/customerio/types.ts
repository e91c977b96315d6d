import type { Exchange } from '../common/exchange.ts';

export type * from './options.ts';

/** A JSON value as it came over the wire. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An event as stored: once, however often it was received. */
export interface StoredEvent {
  /** The caller's id, or null when none was given. */
  id: string | null;
  name: string;
  type: 'event' | 'page' | 'screen';
  /** Unix seconds: the caller's timestamp, else the time of receipt. */
  timestamp: number;
  /** When it was first received, in ms. */
  receivedAt: number;
  data: JsonObject;
  /** How often it was received: 1, and one more for every repetition of its id. */
  receipts: number;
  cioId: string | null;
  anonymousId: string | null;
}

export interface PersonView {
  cioId: string;
  id: string | null;
  email: string | null;
  attributes: JsonObject;
  /** Unix seconds. */
  createdAt: number;
  unsubscribed: boolean;
  topics: Record<string, boolean>;
  /** Deduplicated, in order of processing. */
  events: StoredEvent[];
  /** Event calls received for this person, repetitions included. */
  rawReceipts: number;
  /** Identify calls applied to this person. */
  identifies: number;
  devices: JsonObject[];
  relationships: JsonObject[];
}

/** An email in a person's mailbox. */
export interface MailMessage {
  deliveryId: string;
  /** The event that started it; empty for a transactional email and for one of a broadcast. */
  event: string;
  /** null for a transactional email and for one of a broadcast. */
  campaignId: number | null;
  /** null for all but the emails of an API-triggered broadcast. */
  broadcastId: number | null;
  /** Its id of a transactional email, 0 for one whose body came with the call; null for all others. */
  transactionalMessageId: number | string | null;
  recipient: string;
  subject: string;
  from: string | null;
  replyTo: string | null;
  links: string[];
  cioId: string;
  /** `sent` arrived; the others never did. */
  state: 'sent' | 'bounced' | 'dropped' | 'failed';
  /** Unix seconds of each metric's first report. */
  metrics: Record<string, number>;
  failureMessage: string | null;
}

export type ObjectType = 'customer' | 'email' | 'push' | 'in_app' | 'sms' | 'slack' | 'webhook' | 'whatsapp';

/** One report as it goes out. */
export interface Report {
  event_id: string;
  object_type: ObjectType;
  metric: string;
  /** Unix seconds. */
  timestamp: number;
  data: JsonObject;
}

export interface ReportingWebhook {
  id: number;
  name: string;
  type: 'webhook';
  endpoint: string;
  events: string[];
  disabled: boolean;
  full_resolution: boolean;
  with_content: boolean;
}

/** One attempt to deliver one report. */
export interface ReportDelivery {
  /** ms. */
  at: number;
  webhookId: number;
  eventId: string;
  name: string;
  /** 1 for the first. */
  attempt: number;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
  error: string | null;
  tookMs: number;
  /** Wait until the next attempt in ms of Customer.io's time; null when it is done. */
  retryInMs: number | null;
}

export interface RequestLogEntry {
  /** ms. */
  at: number;
  method: string;
  path: string;
  /** null when the connection was cut or left hanging by a fault. */
  status: number | null;
  /** Items of a v2 batch. */
  items?: number;
}

export interface Activity {
  id: string;
  type: string;
  name: string;
  /** Unix seconds. */
  timestamp: number;
  data: JsonObject;
  cioId: string | null;
  /** The identifier of the payload, for failures without a known person. */
  identifier: string | null;
  deliveryId: string | null;
}

export type SimulatorEvent =
  | { type: 'identified'; person: PersonView; created: boolean }
  | { type: 'event'; event: StoredEvent; duplicate: boolean }
  | { type: 'failure'; activity: Activity }
  | { type: 'deleted' | 'suppressed' | 'unsuppressed' | 'merged'; identifier: string }
  | { type: 'campaign_skipped'; event: StoredEvent; reason: string }
  | { type: 'email_sent'; message: MailMessage }
  | { type: 'email_not_sent'; message: MailMessage }
  /** `webhookIds` is empty when no webhook wanted it. */
  | { type: 'report_queued'; report: Report; webhookIds: number[] }
  | { type: 'report_delivered'; report: Report; delivery: ReportDelivery }
  | { type: 'report_failed'; report: Report; delivery: ReportDelivery }
  | { type: 'report_expired'; report: Report; webhookId: number }
  | { type: 'request'; entry: RequestLogEntry; exchange: Exchange };
