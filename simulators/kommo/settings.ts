import type { FaultPlanOptions } from '../common/faults.ts';
import type { TlsOptions } from '../common/tls-options.ts';
import { defaultCatalogs, defaultFields, defaultPipelines, defaultUsers } from './seed.ts';
import type { CatalogSeed, FieldSeed, PipelineSeed, UserSeed } from './seed-types.ts';
import { defaultSwitches, type KommoSwitches } from './switches.ts';
import type { AccountOptions, KommoSimulatorOptions, OAuthOptions, RateLimitOptions } from './types.ts';

/** The options with every gap filled. */
export interface Settings {
  host: string;
  port: number;
  tls: TlsOptions | undefined;
  token: string;
  account: AccountOptions;
  pipelines: PipelineSeed[];
  users: UserSeed[];
  fields: FieldSeed[];
  catalogs: CatalogSeed[];
  rateLimit: Partial<RateLimitOptions> | false;
  latencyMs: number;
  timeScale: number;
  hookTimeoutMs: number;
  hooksInFlight: number;
  oauth: OAuthOptions;
  /** The live object: read at use, since a test may flip one. */
  switches: KommoSwitches;
  faults: FaultPlanOptions;
  logSize: number;
  now: () => number;
}

function accountOptions(given: Partial<AccountOptions> = {}): AccountOptions {
  const subdomain = given.subdomain ?? 'acme';
  return {
    id: given.id ?? 31_361_463,
    subdomain,
    name: given.name ?? 'Acme',
    country: given.country ?? 'US',
    timezone: given.timezone ?? 'Europe/Lisbon',
    timezoneOffset: given.timezoneOffset ?? '+00:00',
    webHost: given.webHost ?? `${subdomain}.kommo.com`,
  };
}

function oauthOptions(given: Partial<OAuthOptions> = {}): OAuthOptions {
  return {
    clientId: given.clientId ?? '00000000-0000-4000-8000-000000000001',
    clientSecret: given.clientSecret ?? 'simulated-client-secret',
    redirectUri: given.redirectUri ?? 'https://example.com/kommo/callback',
  };
}

export function withDefaults(options: KommoSimulatorOptions): Settings {
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    tls: options.tls,
    token: options.token ?? 'simulated-kommo-token',
    account: accountOptions(options.account),
    pipelines: options.pipelines ?? defaultPipelines,
    users: options.users ?? defaultUsers,
    fields: options.fields ?? defaultFields(options.emailStatusField ?? 'select'),
    catalogs: options.catalogs ?? defaultCatalogs,
    rateLimit: options.rateLimit ?? {},
    latencyMs: options.latencyMs ?? 0,
    timeScale: options.timeScale ?? 1,
    hookTimeoutMs: options.hookTimeoutMs ?? 2000,
    hooksInFlight: options.hooksInFlight ?? 32,
    oauth: oauthOptions(options.oauth),
    switches: { ...defaultSwitches, ...options.switches },
    faults: options.faults ?? {},
    logSize: options.logSize ?? 20_000,
    now: options.now ?? Date.now,
  };
}
