import type { Dispatcher } from 'undici';
import type { Campaign, Sender } from '../../domain/campaigns/campaign.ts';
import type { Json } from '../../domain/entities.ts';
import type { CallRecord } from '../call.ts';
import { APP_HOSTS, originOf, type Region } from '../hosts.ts';
import { createHttp } from '../http.ts';
import { type ActivityPage, type ActivityQuery, readActivities } from './activities.ts';
import {
  readBroadcasts,
  readCampaigns,
  readMessages,
  readNewsletters,
  readTransactional,
} from './campaigns.ts';
import { type Message, readMessage } from './messages.ts';
import {
  findByEmail,
  type IdType,
  type PersonAttributes,
  type PersonIdentifiers,
  readAttributes,
  readAttributesOfMany,
} from './people.ts';
import { type CallLimiter, RateLimiter } from './rate-limiter.ts';
import {
  createReportingWebhook,
  type NewReportingWebhook,
  type ReportingWebhook,
  readReportingWebhooks,
  readWorkspaces,
  updateReportingWebhook,
  type Workspace,
} from './setup.ts';
import {
  readCenterLink,
  readChannels,
  readPreferences,
  readTopics,
  type SubscriptionChannel,
  type SubscriptionPreferences,
  type SubscriptionTopic,
} from './subscriptions.ts';
import {
  deleteSuppression,
  type Suppression,
  type SuppressionType,
  searchSuppression,
} from './suppression.ts';
import { type AppTransport, createAppTransport } from './transport.ts';

export interface AppOptions {
  appKey: string;
  region: Region;
  /** An origin instead of the region's; empty is the same as none. */
  appUrl?: string | undefined;
  /** For one call with its redirects, in ms, without the wait for the limiter. Default 10,000. */
  timeoutMs?: number;
  onCall?: ((record: CallRecord) => void) | undefined;
  /** For tests, or where several clients share one workspace's rate. */
  limiter?: CallLimiter;
  /** As `HttpOptions`. */
  dispatcher?: Dispatcher | undefined;
}

/** The calls of Customer.io's App API. Every method throws DeliveryError. */
export interface AppCalls {
  /** The person's attributes, or null where there is no such person. Customer.io gives every value as a text. */
  attributes(idType: IdType, id: string): Promise<Record<string, Json> | null>;
  /** The attributes of those people that exist, in any order. @param ids Customer.io's `id`s, at most 100 */
  attributesOfMany(ids: readonly string[]): Promise<PersonAttributes[]>;
  /** The people with this address, in any case. */
  customersByEmail(email: string): Promise<PersonIdentifiers[]>;
  /** A page of the activity log of the workspace or of one person, newest first. 30 days are guaranteed. */
  activities(type: string, query?: ActivityQuery): Promise<ActivityPage>;
  /** A message by its `delivery_id`; null where there is none. */
  message(deliveryId: string): Promise<Message | null>;
  subscriptionTopics(): Promise<SubscriptionTopic[]>;
  /** Empty where the subscription center has no channels. */
  subscriptionChannels(): Promise<SubscriptionChannel[]>;
  /** Null where there is no such person. */
  subscriptionPreferences(idType: IdType, id: string): Promise<SubscriptionPreferences | null>;
  /** The address of the person's own preference page, valid for 24 hours; null where there is no such person. */
  subscriptionCenterLink(id: string): Promise<string | null>;
  /** The lists on which the mail provider has this address: it sends nothing to it. */
  searchSuppression(email: string): Promise<Suppression[]>;
  /** Takes the address off one list. @returns false where it was not on it */
  deleteSuppression(type: SuppressionType, email: string): Promise<boolean>;
  /** How many people the workspaces have that the key may see, by their id; up to two hours old. */
  workspaces(): Promise<Workspace[]>;
  reportingWebhooks(): Promise<ReportingWebhook[]>;
  /** All campaigns of the workspace. One call. */
  campaigns(): Promise<Campaign[]>;
  /** The newest 1,000. A call for each hundred. */
  newsletters(): Promise<Sender[]>;
  /** API-triggered ones. One call. */
  broadcasts(): Promise<Sender[]>;
  /** One call. */
  transactionalMessages(): Promise<Sender[]>;
  /** The messages of a campaign. One call for some ten of them, three calls at most. */
  messagesOfCampaign(campaignId: number): Promise<Sender[]>;
  /** Not repeatable: after an unclear outcome, read the list first. */
  createReportingWebhook(webhook: NewReportingWebhook): Promise<ReportingWebhook>;
  updateReportingWebhook(id: number, webhook: NewReportingWebhook): Promise<void>;
}

/** Its own calls are live. All calls of one client share one rate limit. */
export interface AppClient extends AppCalls {
  /** The same calls with a lower priority: they start when no live call waits. */
  bulk: AppCalls;
  /** Waits for the calls in flight (at most `timeoutMs`), then ends the connections. */
  close(): Promise<void>;
}

/** Customer.io docs: 10 requests a second. The extra 100 ms allow for requests that arrive closer together than they left. */
const RATE = { calls: 10, windowMs: 1100 };

export function createAppClient(options: AppOptions): AppClient {
  const limiter = options.limiter ?? new RateLimiter(RATE);
  const http = createHttp({
    origin: originOf(APP_HOSTS, options.region, options.appUrl),
    redirectOrigins: Object.values(APP_HOSTS),
    authorization: `Bearer ${options.appKey}`,
    secrets: [options.appKey],
    timeoutMs: options.timeoutMs ?? 10_000,
    onCall: options.onCall,
    dispatcher: options.dispatcher,
  });
  return {
    ...callsOf(createAppTransport(http, limiter, 'live')),
    bulk: callsOf(createAppTransport(http, limiter, 'bulk')),
    close: () => http.close(),
  };
}

function callsOf(transport: AppTransport): AppCalls {
  return {
    attributes: (idType, id) => readAttributes(transport, idType, id),
    attributesOfMany: (ids) => readAttributesOfMany(transport, ids),
    customersByEmail: (email) => findByEmail(transport, email),
    activities: (type, query) => readActivities(transport, type, query),
    message: (deliveryId) => readMessage(transport, deliveryId),
    subscriptionTopics: () => readTopics(transport),
    subscriptionChannels: () => readChannels(transport),
    subscriptionPreferences: (idType, id) => readPreferences(transport, idType, id),
    subscriptionCenterLink: (id) => readCenterLink(transport, id),
    searchSuppression: (email) => searchSuppression(transport, email),
    deleteSuppression: (type, email) => deleteSuppression(transport, type, email),
    workspaces: () => readWorkspaces(transport),
    reportingWebhooks: () => readReportingWebhooks(transport),
    campaigns: () => readCampaigns(transport),
    newsletters: () => readNewsletters(transport),
    broadcasts: () => readBroadcasts(transport),
    transactionalMessages: () => readTransactional(transport),
    messagesOfCampaign: (campaignId) => readMessages(transport, campaignId),
    createReportingWebhook: (webhook) => createReportingWebhook(transport, webhook),
    updateReportingWebhook: (id, webhook) => updateReportingWebhook(transport, id, webhook),
  };
}
