import type { FaultPlanOptions } from '../common/faults.ts';
import type { TlsOptions } from '../common/tls-options.ts';

/** One campaign: an event of this name sends one email with this subject to the person. */
export interface CampaignOptions {
  event: string;
  /** May hold `{{customer.first_name}}` and `{{event.plan}}`; a missing variable fails the message. */
  subject: string;
  name: string;
  /** The links in the email, in order; their `link_id` is their place, from 1. */
  links?: string[];
  /** Where the email goes instead of to the person: a message about the client to a colleague. */
  to?: string;
  /** Identifier of the topic that people must be subscribed to, e.g. `topic_1`. */
  topic?: string;
  /** Length of the body in characters; it goes out in reports with Body Content on. Default: a headline. */
  bodyLength?: number;
  /** One that does not run sends nothing. Default `running`. */
  state?: CampaignState;
  /** The name of its message. Default: its own. */
  messageName?: string;
}

export type CampaignState = 'running' | 'draft' | 'stopped';

/** An entry of the list of campaigns that sends nothing in the simulator: started by a segment, a date or a form. */
export interface ListedCampaign {
  name: string;
  state: CampaignState;
  /** The segments that start it. Default none: it has another trigger. */
  segments?: number[];
  /** An event that starts it. */
  event?: string;
}

/** A newsletter or a transactional message, as its list has it. */
export interface ListedMessage {
  id: number;
  name: string;
}

/** An API-triggered broadcast: an email to many people at once. */
export interface BroadcastOptions {
  name: string;
  /** May hold `{{customer.first_name}}` and `{{trigger.headline}}`; a missing variable fails the message. */
  subject: string;
  /** The links in the email, in order; their `link_id` is their place, from 1. */
  links?: string[];
  /** Identifier of the topic that people must be subscribed to, e.g. `topic_1`. */
  topic?: string;
}

/**
 * How machine flags are written. `present`: also when false (as in current samples). `when_true`: only when
 * true. `absent`: never (the older shape). Customer.io does not say which of them it does.
 */
export type FlagMode = 'present' | 'when_true' | 'absent';

/** A topic of the subscription center. Its identifier is `topic_<id>`. */
export interface TopicOptions {
  id: number;
  name: string;
  description?: string;
  /** What holds for people who have not chosen. Default true. */
  subscribedByDefault?: boolean;
}

/** A channel of the subscription center. */
export interface ChannelOptions {
  id: number;
  type: 'email' | 'twilio' | 'urban_airship' | 'slack' | 'push' | 'in_app' | 'line' | 'inbox' | 'whatsapp';
  name: string;
  description?: string;
  subscribedByDefault?: boolean;
}

/** Where Customer.io's behaviour is not documented. A client must live with every position; tests flip them. */
export interface CustomerioSwitches {
  /**
   * `trigger_event_id` of a campaign's reports: an id of Customer.io's own, the id that the caller gave the event
   * (where it gave one), or none. Default `other`.
   */
  triggerEventIds: 'other' | 'event_id' | 'absent';
  /**
   * A transactional email for an id or email that nobody has: the person is created, or the call is refused with 400. Default `created`.
   */
  transactionalToUnknown: 'created' | 'refused';
  /** The answer when an address that is not suppressed is taken off the mail provider's list. Default 404. */
  unknownSuppression: 204 | 404;
  /**
   * What an empty `email` does that is sent by the `cio_` path. Removal by an empty text is documented for objects and commonly
   * done with people's attributes. Default `removes`; `ignored` leaves the email, and no activity says so.
   */
  emptyEmail: 'removes' | 'ignored';
  /**
   * `campaign_name`, `broadcast_name` and `newsletter_name` in reports, which the schema has since September 2026; accounts were
   * not seen with them yet. Default `absent`.
   */
  senderNames: 'absent' | 'present';
  /** `signing_secret` of the answer with the signing key: the key, or an object with it. Not published. Default `text`. */
  signingSecretShape: 'text' | 'object';
}

export interface SimulatorOptions {
  switches?: Partial<CustomerioSwitches>;
  /** Topics of the subscription center. Default: three, the third opt-in. */
  topics?: TopicOptions[];
  /** Channels of the subscription center. Default none: it is not set up. */
  channels?: ChannelOptions[];
  /** 0 (the default) takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: none, and so HTTP. */
  tls?: TlsOptions;
  siteId?: string;
  /** The Track API key. */
  apiKey?: string;
  /** The App API key. */
  appKey?: string;
  /** The key of the source that the Pipelines API belongs to. */
  pipelinesKey?: string;
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
  /** Further entries of the list of campaigns. Default none. Their ids start with 1001. */
  listedCampaigns?: ListedCampaign[];
  /** Default: one, `Company news`, whose id is that of the reports that are made by hand. */
  newsletters?: ListedMessage[];
  /** Default: one, `Receipt`. */
  transactionalMessages?: ListedMessage[];
  /** Default: one, `Announcement`. Their ids follow those of the campaigns. */
  broadcasts?: BroadcastOptions[];
  /** The wait between two triggers of broadcasts, in ms. Default 10 000. Not divided by `timeScale`. */
  broadcastIntervalMs?: number;
  /** How long an export is pending, in ms. Default 0: until it is asked for again. */
  exportMs?: number;
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
