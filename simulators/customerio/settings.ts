import { createFaultPlan, type FaultBody, type FaultPlan } from '../common/faults.ts';
import type { Positions } from '../common/switches.ts';
import type { TlsOptions } from '../common/tls-options.ts';
import type { Credentials } from './http/credentials.ts';
import type {
  BroadcastOptions,
  CampaignOptions,
  ChannelOptions,
  CustomerioSwitches,
  FlagMode,
  ListedCampaign,
  ListedMessage,
  SimulatorOptions,
  TopicOptions,
} from './types.ts';

/** The options with every gap filled. `credentials` changes while it runs. */
export interface Settings {
  host: string;
  port: number;
  tls: TlsOptions | undefined;
  credentials: Credentials;
  region: 'us' | 'eu';
  environmentId: number;
  redirect: { to: string; status: number } | null;
  campaigns: CampaignOptions[] | undefined;
  listedCampaigns: ListedCampaign[];
  newsletters: ListedMessage[];
  transactionalMessages: ListedMessage[];
  broadcasts: BroadcastOptions[];
  broadcastIntervalMs: number;
  exportMs: number;
  processingLagMs: number;
  processingJitterMs: number;
  seed: number;
  timeScale: number;
  fullResolution: boolean;
  flags: FlagMode;
  idOnly: boolean;
  reportFormat: 'current' | 'legacy';
  /** The live object: read at use, since a test may flip one. */
  switches: CustomerioSwitches;
  topics: TopicOptions[];
  channels: ChannelOptions[];
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

const defaultTopics: TopicOptions[] = [
  { id: 1, name: 'Product news' },
  { id: 2, name: 'Events' },
  { id: 3, name: 'Tips', subscribedByDefault: false },
];

const defaultBroadcasts: BroadcastOptions[] = [{ name: 'Announcement', subject: 'An announcement' }];

/** The positions of each switch, the default first. */
export const switchPositions: Positions<CustomerioSwitches> = {
  triggerEventIds: ['other', 'event_id', 'absent'],
  transactionalToUnknown: ['created', 'refused'],
  unknownSuppression: [404, 204],
  emptyEmail: ['removes', 'ignored'],
  senderNames: ['absent', 'present'],
  signingSecretShape: ['text', 'object'],
};

export function withDefaults(options: SimulatorOptions): Settings {
  const { redirectTo, redirectStatus = 307 } = options;
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    tls: options.tls,
    credentials: {
      siteId: options.siteId ?? 'site-id',
      apiKey: options.apiKey ?? 'track-api-key',
      appKey: options.appKey ?? 'app-api-key',
      pipelinesKey: options.pipelinesKey ?? 'pipelines-api-key',
      signingKey: options.signingKey ?? SIGNING_KEY,
      serviceAccount: 'sa_live_simulated',
    },
    region: options.region ?? 'us',
    environmentId: options.environmentId ?? 3,
    redirect: redirectTo === undefined ? null : { to: redirectTo, status: redirectStatus },
    campaigns: options.campaigns,
    listedCampaigns: options.listedCampaigns ?? [],
    newsletters: options.newsletters ?? [{ id: 736, name: 'Company news' }],
    transactionalMessages: options.transactionalMessages ?? [{ id: 2, name: 'Receipt' }],
    broadcasts: options.broadcasts ?? defaultBroadcasts,
    broadcastIntervalMs: options.broadcastIntervalMs ?? 10_000,
    exportMs: options.exportMs ?? 0,
    processingLagMs: options.processingLagMs ?? 0,
    processingJitterMs: options.processingJitterMs ?? 0,
    seed: options.seed ?? 1,
    timeScale: options.timeScale ?? 1,
    fullResolution: options.fullResolution ?? false,
    flags: options.flags ?? 'present',
    idOnly: options.idOnly ?? false,
    reportFormat: options.reportFormat ?? 'current',
    switches: {
      triggerEventIds: 'other',
      transactionalToUnknown: 'created',
      unknownSuppression: 404,
      emptyEmail: 'removes',
      senderNames: 'absent',
      signingSecretShape: 'text',
      ...options.switches,
    },
    topics: options.topics ?? defaultTopics,
    channels: options.channels ?? [],
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
