import type { FaultPlanOptions } from '../common/faults.ts';

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
