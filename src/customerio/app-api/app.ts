import type { Dispatcher } from 'undici';
import type { Json } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { asObject, asText } from '../../lib/unknown-json.ts';
import { errorMessage } from '../answer-body.ts';
import type { Answer, CallRecord } from '../call.ts';
import { APP_HOSTS, originOf, type Region } from '../hosts.ts';
import { createHttp } from '../http.ts';
import { throwUnlessOk } from '../track/answers.ts';
import { checkIdentifier } from '../track/limits.ts';
import { createWindowLimiter, type WindowLimiter } from './window-limiter.ts';

export interface AppOptions {
  appKey: string;
  region: Region;
  /** An origin instead of the region's; empty is the same as none. */
  appUrl?: string | undefined;
  /** For one call with its redirects, in ms, without the wait for the limiter. Default 10,000. */
  timeoutMs?: number;
  onCall?: ((record: CallRecord) => void) | undefined;
  /** For tests, or where several clients share one workspace's rate. */
  limiter?: WindowLimiter;
  /** For tests. */
  dispatcher?: Dispatcher | undefined;
}

export interface ReportingWebhook {
  id: number | null;
  name: string;
  endpoint: string;
  /** Subscription names such as `email_opened`. */
  events: string[];
  disabled: boolean;
  /** False: only the first open and the first click of each message are sent. */
  fullResolution: boolean;
}

/** An automation that an event starts (`campaign` in the API). */
export interface EventCampaign {
  name: string;
  /** The event that starts it. */
  event: string;
  isRunning: boolean;
}

/** Customer.io's App API, read only. Every method throws DeliveryError. */
export interface AppClient {
  /** The person's attributes, or null where there is no such person. Customer.io gives every value as a text. */
  attributes(idType: 'id' | 'email' | 'cio_id', id: string): Promise<Record<string, Json> | null>;
  reportingWebhooks(): Promise<ReportingWebhook[]>;
  /** The campaigns that events start; others (by segment, date, object) are left out. */
  eventCampaigns(): Promise<EventCampaign[]>;
  /** Waits for the calls in flight (at most `timeoutMs`), then ends the connections. */
  close(): Promise<void>;
}

const SETTING = 'customerio.region and customerio.app_url';

/** Customer.io docs: 10 requests a second. The extra 100 ms allow for requests that arrive closer together than they left. */
const RATE = { calls: 10, windowMs: 1100 };

export function createAppClient(options: AppOptions): AppClient {
  const limiter = options.limiter ?? createWindowLimiter(RATE);
  const http = createHttp({
    origin: originOf(APP_HOSTS, options.region, options.appUrl),
    redirectOrigins: Object.values(APP_HOSTS),
    authorization: `Bearer ${options.appKey}`,
    secrets: [options.appKey],
    timeoutMs: options.timeoutMs ?? 10_000,
    onCall: options.onCall,
    dispatcher: options.dispatcher,
  });

  async function get(path: string, template: string): Promise<Answer> {
    await limiter();
    return http.send({ method: 'GET', path, template });
  }

  return {
    async attributes(idType, id) {
      const check = checkIdentifier(id);
      if (!check.ok) throw new DeliveryError('permanent', `${check.reason} No request was made.`);
      const path = `/v1/customers/${encodeURIComponent(id)}/attributes?id_type=${idType}`;
      const answer = await get(path, '/v1/customers/{id}/attributes');
      // A 404 with an HTML page or a text comes from a proxy, so it says nothing about the person.
      if (answer.status === 404 && !['html', 'text'].includes(answer.body.kind)) return null;
      throwUnlessOk(answer, SETTING);
      const attributes = asObject(asObject(answer.body.json).customer).attributes;
      if (typeof attributes !== 'object' || Array.isArray(attributes)) throw unexpectedAnswer(answer);
      return (attributes ?? {}) as Record<string, Json>;
    },

    async reportingWebhooks() {
      const answer = await get('/v1/reporting_webhooks', '/v1/reporting_webhooks');
      throwUnlessOk(answer, SETTING);
      return listIn(answer, 'reporting_webhooks').map(readWebhook);
    },

    async eventCampaigns() {
      const answer = await get('/v1/campaigns', '/v1/campaigns');
      throwUnlessOk(answer, SETTING);
      return listIn(answer, 'campaigns').flatMap(readCampaign);
    },

    close: () => http.close(),
  };
}

/** Some endpoints of Customer.io give `null` for an empty list. */
function listIn(answer: Answer, name: string): unknown[] {
  const list = asObject(answer.body.json)[name];
  if (list === null) return [];
  if (!Array.isArray(list)) throw unexpectedAnswer(answer);
  return list;
}

/**
 * Customer.io OpenAPI (campaignObject): `event_name` is there for campaigns that an event starts, `state` is `running`, `draft`
 * or `stopped`. An entry without a state counts as running: "no campaign" must not be claimed for lack of a key.
 */
function readCampaign(entry: unknown): EventCampaign[] {
  const { name, event_name: event, state } = asObject(entry);
  if (typeof event !== 'string' || event === '') return [];
  return [
    { name: asText(name), event: event.trim(), isRunning: typeof state !== 'string' || state === 'running' },
  ];
}

function readWebhook(entry: unknown): ReportingWebhook {
  const { id, name, endpoint, events, disabled, full_resolution: fullResolution } = asObject(entry);
  return {
    id: typeof id === 'number' ? id : null,
    name: asText(name),
    endpoint: asText(endpoint),
    events: Array.isArray(events) ? events.filter((event) => typeof event === 'string') : [],
    disabled: disabled === true,
    fullResolution: fullResolution === true,
  };
}

function unexpectedAnswer(answer: Answer): DeliveryError {
  const said = errorMessage(answer.body);
  return new DeliveryError('retryable', `${answer.call} gave an unexpected answer: ${said}`, {
    status: answer.status,
  });
}
