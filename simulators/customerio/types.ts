import type { FaultPlan, FaultPlanOptions } from '../common/faults.ts';

/** A JSON value as it came over the wire. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** One campaign: an event of this name sends one email with this subject to the person. */
export interface CampaignOptions {
  event: string;
  /** May hold `{{customer.first_name}}` and `{{event.plan}}`; a missing variable fails the message. */
  subject: string;
  name: string;
  /** The links in the email, in order; their `link_id` is their place, from 1. */
  links?: string[];
}

/**
 * How machine flags are written. `present`: also when false (as in current samples). `when_true`: only when
 * true. `absent`: never (the older shape). Customer.io does not say which of them it does.
 */
export type FlagMode = 'present' | 'when_true' | 'absent';

export interface SimulatorOptions {
  /** 0 (the default) takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  siteId?: string;
  /** The Track API key. */
  apiKey?: string;
  /** The App API key. */
  appKey?: string;
  /** Signs the reporting webhooks. */
  signingKey?: string;
  region?: 'us' | 'eu';
  /** The origin of the right region: Track calls are redirected there, as when an EU account calls the US host. */
  redirectTo?: string;
  /** Default 307. */
  redirectStatus?: 301 | 302 | 307 | 308;
  /** Id of the workspace. Default 3. */
  environmentId?: number;
  campaigns?: CampaignOptions[];
  /** Time from the 200 to the change, in ms. 0 (the default) applies it before the answer. */
  processingLagMs?: number;
  /** A random extra lag up to this many ms: calls are then processed out of order, as Customer.io warns. */
  processingJitterMs?: number;
  /** Seeds the jitter and the faults. Default 1. */
  seed?: number;
  /** Divides the waits of the report sender (retry waits and the 7 days). Default 1. */
  timeScale?: number;
  /** Default of webhooks added by `addReportingWebhook`: false sends only the first open and click of a delivery. */
  fullResolution?: boolean;
  /** Default `present`. */
  flags?: FlagMode;
  /** A workspace that identifies people by `id` only: email is a plain attribute. Default false. */
  idOnly?: boolean;
  /** `legacy`: the format of 2012 to 2020 (`event_type: "email_opened"`). Default `current`. */
  reportFormat?: 'current' | 'legacy';
  /** Wait before every answer, in ms. Default 0. */
  latencyMs?: number;
  /** What happens to an event whose `id` is not a ULID. Default `accept`. */
  nonUlidIds?: 'accept' | 'refuse';
  /** The workspace setting "Allow updates to email using ID". Default false. */
  allowEmailUpdateById?: boolean;
  /** Requests a second above which Track answers 429. Off by default: Customer.io calls its limit "not strictly enforced". */
  trackLimitPerSecond?: number;
  /** Default 10. */
  appLimitPerSecond?: number;
  /** How long the sender waits for an answer to a report, in ms. Default 4000. Not divided by `timeScale`. */
  reportTimeoutMs?: number;
  /** First wait of the short retry class, in ms before `timeScale`. Default 10 000 (the real value is not published). */
  shortRetryMs?: number;
  /** Reports in flight per webhook. Default 1: Customer.io's queue is sequential. Raise it for load tests only. */
  reportParallel?: number;
  /** How many requests, activities and report deliveries are remembered. Default 20 000 each. */
  keep?: number;
  /** Wall clock in ms. Default Date.now. */
  now?: () => number;
  /** What goes wrong with requests and reports; change it through `simulator.faults` while it runs. */
  faults?: FaultPlanOptions;
}

export interface Identifiers {
  id: string | null;
  email: string | null;
  cio_id: string;
}

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

/** An email in somebody's mailbox. */
export interface MailMessage {
  deliveryId: string;
  /** The event that started it. */
  event: string;
  campaignId: number;
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

export interface OpenOptions {
  /** apple: Apple Mail Privacy Protection. gmail: Gmail's prefetch. scanner: a user agent known as a machine. */
  machine?: 'apple' | 'gmail' | 'scanner';
  /** A person reading through an image proxy: `proxied` without `prefetched`. */
  proxied?: boolean;
  /** Inferred from a click. */
  synthetic?: boolean;
}

export interface ClickOptions {
  machine?: boolean;
  /** Also report the open inferred from the click. Default: yes for a person's click when no open came before. */
  syntheticOpen?: boolean;
}

export interface UnsubscribeOptions {
  /**
   * Also send the person's own report for the same click: `customer` as customer_unsubscribed, `email` as the
   * ambiguous email + unsubscribed with email_address.
   */
  also?: 'customer' | 'email';
}

export type ObjectType = 'customer' | 'email' | 'push' | 'in_app' | 'sms' | 'slack' | 'webhook' | 'whatsapp';

export interface ReportRequest {
  objectType: ObjectType;
  metric: string;
  /** Id, email or cio_<cio_id> of the person; identifiers are left out when nobody is named. */
  person?: string;
  /** Who sent the message. Default `campaign`; `none` and customer reports have no parent. */
  parent?: 'campaign' | 'broadcast' | 'newsletter' | 'transactional' | 'none';
  /** Merged over the fields that the metric has by default. */
  data?: JsonObject;
  /** Unix seconds. Default now. */
  timestamp?: number;
}

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

export interface AddReportingWebhook {
  endpoint: string;
  name?: string;
  /** Subscription names such as `email_opened`. Default all. */
  events?: string[];
  fullResolution?: boolean;
  withContent?: boolean;
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
  /** The identifier of the payload, for failures that belong to nobody. */
  identifier: string | null;
  deliveryId: string | null;
}

export type Happening =
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
  | { type: 'request'; entry: RequestLogEntry };

export interface TrackRate {
  /** Track requests so far, and the items in them (a batch of 50 is 1 and 50). */
  requests: number;
  items: number;
  /** The most requests received within one rolling second. */
  peakPerSecond: number;
}

export interface CustomerioSimulator {
  /** The one origin of Track, App and delivery endpoints. */
  readonly url: string;
  /** The credentials in force. */
  readonly credentials: { siteId: string; apiKey: string; appKey: string; signingKey: string };

  people(): PersonView[];
  /** By id, email or cio_<cio_id>; undefined when unknown. */
  person(identifier: string): PersonView | undefined;
  isSuppressed(identifier: string): boolean;
  /** Stored events, deduplicated, all or of one name. */
  events(name?: string): StoredEvent[];
  activities(type?: string): Activity[];

  /** Messages to this address, oldest first. Those that never arrived are listed too (see `state`). */
  mailbox(email: string): MailMessage[];
  /** Every message, oldest first. */
  messages(): MailMessage[];
  open(deliveryId: string, options?: OpenOptions): Report;
  click(deliveryId: string, href?: string, options?: ClickOptions): Report;
  /** Bounces this delivery, or, given an address, the next email to it. A 5xx message also suppresses the address. */
  bounce(deliveryIdOrEmail: string, failureMessage?: string): void;
  convert(deliveryId: string): Report;
  /** The unsubscribe link of this message. */
  unsubscribe(deliveryId: string, options?: UnsubscribeOptions): void;
  spam(deliveryId: string): Report;
  /** The person's setting, without any message: customer_unsubscribed and customer_subscribed. */
  unsubscribePerson(identifier: string): void;
  resubscribe(identifier: string): void;
  setPreferences(identifier: string, topics: Record<string, boolean>): Report;
  /** Lets a bounced or spam-marked address receive again. */
  clearEmailSuppression(email: string): void;
  /** Any metric of any object type. Throws for a pair that Customer.io does not have. */
  report(request: ReportRequest): Report;

  addReportingWebhook(webhook: AddReportingWebhook): ReportingWebhook;
  removeReportingWebhook(id: number): void;
  reportingWebhooks(): ReportingWebhook[];
  /** Every report made, oldest first, whether or not a webhook wanted it. */
  readonly reports: readonly Report[];
  readonly reportDeliveries: readonly ReportDelivery[];
  /** Reports not yet accepted by their webhooks. */
  readonly pendingReports: number;
  /**
   * The time in ms of Customer.io's clock (wall ms times `timeScale`) during which a failing report held
   * up a webhook: from its first failure to its acceptance or expiry; running blocks count up to now.
   */
  readonly blockedMs: number;

  readonly requests: readonly RequestLogEntry[];
  readonly trackRate: TrackRate;
  /** Accepted calls that are not processed yet (see `processingLagMs`). */
  readonly pendingChanges: number;
  /** Faults of requests (statuses, resets, hangs) and of reports on their way (`setHooks`). */
  readonly faults: FaultPlan;
  /** Sets the wait before every answer, in ms. The same as `faults.setLatency`. */
  setLatency(ms: number): void;
  /** Replaces the credentials in force, as when a key is revoked or rotated. */
  setCredentials(
    change: Partial<{ siteId: string; apiKey: string; appKey: string; signingKey: string }>,
  ): void;

  /** Returns the function that stops listening. */
  on(listener: (happening: Happening) => void): () => void;
  /** Resolves with the predicate's first truthy value, tried now and after every happening. Default timeout 10 000 ms. */
  waitFor<T>(predicate: () => T, options?: { timeoutMs?: number; what?: string }): Promise<NonNullable<T>>;
  close(): Promise<void>;
}
