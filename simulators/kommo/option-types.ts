import type { FaultPlanOptions } from '../common/faults.ts';
import type { TlsOptions } from '../common/tls-options.ts';
import type { CatalogSeed, FieldSeed, PipelineSeed, UserSeed } from './seed-types.ts';
import type { KommoSwitches } from './switches.ts';

/** What the simulated account starts with. Everything has a default. */
export interface KommoSimulatorOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 (the default) takes a free port. */
  port?: number;
  /** Default: none, and so HTTP. */
  tls?: TlsOptions;
  /** The long-lived bearer token. Default `simulated-kommo-token`. */
  token?: string;
  account?: Partial<AccountOptions>;
  /** Default: `Sales` and `Renewals`. */
  pipelines?: PipelineSeed[];
  /** Default: Anna, Boris and Maria. The first administrator (else the first user) owns the token. */
  users?: UserSeed[];
  /** Default: Plan, Segment, email_status on deals; Position, Phone, Email on contacts; Phone, Email, Web on companies. */
  fields?: FieldSeed[];
  /** Default: an empty list of products. */
  catalogs?: CatalogSeed[];
  /** The default deal field `email_status`. Default `select`. */
  emailStatusField?: 'select' | 'text' | 'none';
  /** Default: 7 a second, and blocked after 20 answers of 429. `false` switches the limit off. */
  rateLimit?: Partial<RateLimitOptions> | false;
  /** Wait before every answer, in ms. Default 0. */
  latencyMs?: number;
  /** Simulated seconds per real second, for the waits between webhook attempts and the window of "disabled". Default 1. */
  timeScale?: number;
  /** How long a webhook's receiver may take, in real ms. Default 2000. */
  hookTimeoutMs?: number;
  /** Webhooks on the wire at one time. Default 32; 1 keeps their order. */
  hooksInFlight?: number;
  oauth?: Partial<OAuthOptions>;
  switches?: Partial<KommoSwitches>;
  faults?: FaultPlanOptions;
  /** How many requests and hook deliveries are remembered. Default 20 000 each. */
  logSize?: number;
  /** Wall clock in ms. Default Date.now. */
  now?: () => number;
}

export interface AccountOptions {
  id: number;
  subdomain: string;
  name: string;
  /** Two letters, as ISO 3166 has them. Default `US`. */
  country: string;
  /** Default `Europe/Lisbon`. Any text: Kommo knows zone names that no database of zones has. */
  timezone: string;
  /** Distance from UTC of a zone that this machine does not know, e.g. `+03:00`. Default `+00:00`. */
  timezoneOffset: string;
  /** Host in `account[_links][self]` of webhooks. Default `{subdomain}.kommo.com`. */
  webHost: string;
}

export interface RateLimitOptions {
  /** Requests in any rolling second. Default 7. */
  perSecond: number;
  /** Answers of 429 within five minutes after which everything is 403. Not documented by Kommo; default 20. */
  blockAfter: number;
}

export interface OAuthOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

/**
 * Trouble of a whole account, not of an item in a call. `error_code`: 400 with a code and no item named (public
 * issue threads). `error_code_local`: the same in the language of the account. `payment`: 402, the paid or trial period has ended
 * (Kommo docs). `maintenance`: 503 with a page.
 */
export type AccountTrouble = 'error_code' | 'error_code_local' | 'payment' | 'maintenance';

/** Entities as the API shows them (leads with `_embedded.contacts`), and what an administrator sets up. */
export interface AccountContents {
  leads?: readonly object[];
  contacts?: readonly object[];
  /** Entries of the events log, with their ids. */
  events?: readonly object[];
  fields?: readonly FieldSeed[];
  users?: readonly UserSeed[];
}
