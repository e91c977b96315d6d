import type { FaultPlan } from '../common/faults.ts';
import type { Suppression } from './model/suppressions.ts';
import type {
  Activity,
  CampaignState,
  CustomerioSwitches,
  JsonObject,
  MailMessage,
  ObjectType,
  PersonView,
  Report,
  ReportDelivery,
  ReportingWebhook,
  RequestLogEntry,
  SimulatorEvent,
  StoredEvent,
} from './types.ts';

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
  also?: ObjectType;
}

export interface ReportRequest {
  objectType: ObjectType;
  metric: string;
  /** Id, email or cio_<cio_id> of the person; without a person the report has no identifiers. */
  person?: string;
  /** Who sent the message. Default `campaign`; `none` and customer reports have no parent. */
  parent?: 'campaign' | 'broadcast' | 'newsletter' | 'transactional' | 'none';
  /** Merged over the fields that the metric has by default. */
  data?: JsonObject;
  /** Unix seconds. Default now. */
  timestamp?: number;
}

export interface AddReportingWebhook {
  endpoint: string;
  name?: string;
  /** Subscription names such as `email_opened`. Default all. */
  events?: string[];
  fullResolution?: boolean;
  withContent?: boolean;
}

export interface TrackRate {
  /** Track requests so far, and the items in them (a batch of 50 is 1 and 50). */
  requests: number;
  items: number;
  /** The most requests received within one rolling second. */
  peakPerSecond: number;
}

export interface CustomerioCredentials {
  siteId: string;
  /** The Track API key. */
  apiKey: string;
  appKey: string;
  pipelinesKey: string;
  signingKey: string;
  /** The token of a service account, which reads the signing key. */
  serviceAccount: string;
}

export interface CustomerioSimulator {
  /** The one origin of Track, App, Pipelines and delivery endpoints. */
  readonly url: string;
  /** May be changed at any time. */
  readonly switches: CustomerioSwitches;
  /** The credentials in force. */
  readonly credentials: CustomerioCredentials;

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
  /**
   * The person's setting, without any message: customer_unsubscribed and customer_subscribed. A channel that triggered
   * the change names the report instead (Customer.io docs): `sms` as sms_unsubscribed.
   */
  unsubscribePerson(identifier: string, channel?: ObjectType): void;
  resubscribe(identifier: string): void;
  setPreferences(identifier: string, topics: Record<string, boolean>): Report;
  /** Lets a bounced or spam-marked address receive again. */
  clearEmailSuppression(email: string): void;
  /** Any metric of any object type. Throws for a pair that Customer.io does not have. */
  report(request: ReportRequest): Report;

  /** What the mail provider's lists hold of an address. */
  suppressions(email: string): Suppression[];
  /**
   * Reports made from now on that match (default all) never leave, as when the receiver's address was wrong for
   * longer than seven days. The activities keep what happened. Returns the function that ends it.
   */
  loseReports(which?: (report: Report) => boolean): () => void;

  /** Starts or stops the campaign of an event, as on Customer.io's page. */
  setCampaignState(event: string, state: CampaignState): void;

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
  setCredentials(change: Partial<CustomerioCredentials>): void;

  /** Returns the function that stops listening. */
  on(listener: (event: SimulatorEvent) => void): () => void;
  /** Resolves with the predicate's first truthy value, tried now and after every event. Default timeout 10 000 ms. */
  waitFor<T>(
    predicate: () => T,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<Exclude<T, false | null | undefined | 0 | ''>>;
  close(): Promise<void>;
}
