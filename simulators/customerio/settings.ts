import { createFaultPlan, type FaultBody, type FaultPlan } from '../common/faults.ts';
import type { Credentials } from './http/credentials.ts';
import type { CampaignOptions, FlagMode, SimulatorOptions } from './types.ts';

/** The options with every gap filled. `credentials` changes while it runs. */
export interface Settings {
  host: string;
  port: number;
  credentials: Credentials;
  region: 'us' | 'eu';
  environmentId: number;
  redirect: { to: string; status: number } | null;
  campaigns: CampaignOptions[] | undefined;
  processingLagMs: number;
  processingJitterMs: number;
  seed: number;
  timeScale: number;
  fullResolution: boolean;
  flags: FlagMode;
  idOnly: boolean;
  reportFormat: 'current' | 'legacy';
  nonUlidIds: 'accept' | 'refuse';
  allowEmailUpdateById: boolean;
  trackLimitPerSecond: number;
  appLimitPerSecond: number;
  reportTimeoutMs: number;
  shortRetryMs: number;
  reportParallel: number;
  keep: number;
  now(): number;
  faults: FaultPlan;
}

/** 64 hex digits, as Customer.io's own are. */
const SIGNING_KEY = '5161'.repeat(16);

export function withDefaults(options: SimulatorOptions): Settings {
  const { redirectTo, redirectStatus = 307 } = options;
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    credentials: {
      siteId: options.siteId ?? 'site-id',
      apiKey: options.apiKey ?? 'track-api-key',
      appKey: options.appKey ?? 'app-api-key',
      signingKey: options.signingKey ?? SIGNING_KEY,
    },
    region: options.region ?? 'us',
    environmentId: options.environmentId ?? 3,
    redirect: redirectTo === undefined ? null : { to: redirectTo, status: redirectStatus },
    campaigns: options.campaigns,
    processingLagMs: options.processingLagMs ?? 0,
    processingJitterMs: options.processingJitterMs ?? 0,
    seed: options.seed ?? 1,
    timeScale: options.timeScale ?? 1,
    fullResolution: options.fullResolution ?? false,
    flags: options.flags ?? 'present',
    idOnly: options.idOnly ?? false,
    reportFormat: options.reportFormat ?? 'current',
    nonUlidIds: options.nonUlidIds ?? 'accept',
    allowEmailUpdateById: options.allowEmailUpdateById ?? false,
    trackLimitPerSecond: options.trackLimitPerSecond ?? Number.POSITIVE_INFINITY,
    appLimitPerSecond: options.appLimitPerSecond ?? 10,
    reportTimeoutMs: options.reportTimeoutMs ?? 4000,
    shortRetryMs: options.shortRetryMs ?? 10_000,
    reportParallel: options.reportParallel ?? 1,
    keep: options.keep ?? 20_000,
    now: options.now ?? Date.now,
    faults: createFaultPlan({
      seed: options.seed ?? 1,
      latency: options.latencyMs ?? 0,
      jsonBody: faultBody,
      ...options.faults,
    }),
  };
}

/**
 * The JSON of an injected status. A 2xx gets `errors` with it: a large public client guards against a 200 that
 * holds errors, so a receiver of answers should too.
 */
const faultBody: FaultBody = (status) => {
  const reason = {
    batch_index: 0,
    reason: 'invalid',
    field: 'attributes',
    message: 'injected by the simulator',
  };
  const body = status < 300 ? { errors: [reason] } : { meta: { error: `injected status ${status}` } };
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
};
