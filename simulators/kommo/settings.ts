import type { FaultPlanOptions } from '../common/faults.ts';
import type { RateLimit } from './rate-limit.ts';
import type { EmailStatusField } from './seed.ts';

export interface AccountInfo {
  id: number;
  subdomain: string;
  name: string;
  timezone: string;
}

export interface OAuthOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** A code that can be exchanged once, for 20 minutes. */
  code?: string;
  /** A refresh token that is valid from the start. */
  refreshToken?: string;
  /** `grace`: the old refresh token works until the new one is used (Kommo docs). `strict`: once only (amoCRM docs). */
  rotation?: 'grace' | 'strict';
  /** Seconds an access token lives. Default 86400. */
  expiresIn?: number;
}

export interface KommoSimulatorOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: a free one. */
  port?: number;
  /** The long-lived token; its user is the account's admin. */
  token?: string;
  account?: Partial<AccountInfo>;
  emailStatusField?: EmailStatusField;
  /** Default 7 a second, and a block after 100 answers 429 within a minute. */
  rateLimit?: RateLimit;
  /** Wait before every answer, in ms. */
  latencyMs?: number;
  /** Body of a 429: Kommo docs say JSON, its gateway was seen to send HTML. */
  tooManyBody?: 'json' | 'html';
  /** Who a write through the API is by: 0 (robot, as captured webhooks show it) or the token's user. */
  ownWritesModifiedBy?: 0 | 'token_user';
  /** What becomes of the other items when a batch names an id that does not exist. Not documented. */
  unknownIds?: 'others_applied' | 'all_refused';
  /** Most events a page: 100 in amoCRM docs, 250 in Kommo docs. */
  eventsPageCap?: number;
  /** How late an event appears in the log, in ms. */
  eventsLagMs?: number;
  oauth?: OAuthOptions;
  faults?: FaultPlanOptions;
  /** How many requests and deliveries are remembered. Default 20000. */
  keep?: number;
  /** Unix time in ms. */
  now?: () => number;
}

/** The options with every gap filled. */
export interface Settings extends Required<Omit<KommoSimulatorOptions, 'account' | 'oauth' | 'faults'>> {
  account: AccountInfo;
  oauth: OAuthOptions | null;
  faults: FaultPlanOptions;
}

export function withDefaults(options: KommoSimulatorOptions): Settings {
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    token: options.token ?? 'kommo-token',
    account: { id: 31_361_463, subdomain: 'acme', name: 'Acme', timezone: 'Europe/Madrid', ...options.account },
    emailStatusField: options.emailStatusField ?? 'select',
    rateLimit: options.rateLimit ?? { perSecond: 7 },
    latencyMs: options.latencyMs ?? 0,
    tooManyBody: options.tooManyBody ?? 'json',
    ownWritesModifiedBy: options.ownWritesModifiedBy ?? 0,
    unknownIds: options.unknownIds ?? 'others_applied',
    eventsPageCap: options.eventsPageCap ?? 100,
    eventsLagMs: options.eventsLagMs ?? 0,
    oauth: options.oauth ?? null,
    faults: options.faults ?? {},
    keep: options.keep ?? 20_000,
    now: options.now ?? Date.now,
  };
}
