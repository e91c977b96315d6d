import type { Dispatcher } from 'undici';
import type { Json } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { PersonRef } from '../../domain/events.ts';
import { APP_HOSTS, originOf, type Region } from '../hosts.ts';
import { type Answer, type CallRecord, createHttp } from '../http.ts';
import { errorMessage, ownProperty } from '../reports/report-names.ts';
import { throwUnlessOk } from '../track/answers.ts';
import { createLimiter, type Limiter } from '../track/limiter.ts';
import { checkIdentifier } from '../track/limits.ts';

export interface AppOptions {
  appKey: string;
  region: Region;
  /** An origin instead of the region's; empty is the same as none. */
  appUrl?: string | undefined;
  /** For one call with its redirects, in ms, without the wait for its turn. Default 10,000. */
  timeoutMs?: number;
  onCall?: ((record: CallRecord) => void) | undefined;
  /** For tests, or where several clients share one workspace's rate. */
  limiter?: Limiter;
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

/** Customer.io's App API, read only. Every method throws DeliveryError. */
export interface AppClient {
  /** The person's attributes, or null where there is no such person. Customer.io gives every value as a text. */
  attributes(idType: 'id' | 'email' | 'cio_id', id: string): Promise<Record<string, Json> | null>;
  /** The people with this email; more than one in workspaces that allow it. */
  customersByEmail(email: string): Promise<PersonRef[]>;
  reportingWebhooks(): Promise<ReportingWebhook[]>;
  /** Waits for the calls in flight (at most `timeoutMs`), then ends the connections. */
  close(): Promise<void>;
}

const SETTING = 'customerio.region and customerio.app_url';

/** Customer.io docs: 10 requests a second. The extra 100 ms are for requests that arrive closer together than they left. */
const RATE = { calls: 10, windowMs: 1100 };

export function createAppClient(options: AppOptions): AppClient {
  const turn = options.limiter ?? createLimiter(RATE);
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
    await turn();
    return http.send({ method: 'GET', path, template });
  }

  return {
    async attributes(idType, id) {
      const check = checkIdentifier(id);
      if (!check.ok) throw new DeliveryError('permanent', `${check.reason} Nothing was asked.`);
      const path = `/v1/customers/${encodeURIComponent(id)}/attributes?id_type=${idType}`;
      const answer = await get(path, '/v1/customers/{id}/attributes');
      // A 404 with a page or a text does not come from Customer.io, so it says nothing about the person.
      if (answer.status === 404 && !['html', 'text'].includes(answer.body.kind)) return null;
      throwUnlessOk(answer, SETTING);
      const attributes = ownProperty(ownProperty(answer.body.json, 'customer'), 'attributes');
      if (typeof attributes !== 'object' || Array.isArray(attributes)) throw oddAnswer(answer);
      return (attributes ?? {}) as Record<string, Json>;
    },

    async customersByEmail(email) {
      // An unencoded + silently finds nobody.
      const answer = await get(`/v1/customers?email=${encodeURIComponent(email)}`, '/v1/customers');
      throwUnlessOk(answer, SETTING);
      return listIn(answer, 'results').map(readPerson);
    },

    async reportingWebhooks() {
      const answer = await get('/v1/reporting_webhooks', '/v1/reporting_webhooks');
      throwUnlessOk(answer, SETTING);
      return listIn(answer, 'reporting_webhooks').map(readWebhook);
    },

    close: () => http.close(),
  };
}

/** Customer.io gives an empty list as `null` in places. */
function listIn(answer: Answer, name: string): unknown[] {
  const list = ownProperty(answer.body.json, name);
  if (list === null) return [];
  if (!Array.isArray(list)) throw oddAnswer(answer);
  return list;
}

function readPerson(entry: unknown): PersonRef {
  return {
    id: textOf(ownProperty(entry, 'id')),
    email: textOf(ownProperty(entry, 'email'))?.trim().toLowerCase() ?? null,
    cioId: textOf(ownProperty(entry, 'cio_id')),
  };
}

function readWebhook(entry: unknown): ReportingWebhook {
  const id = ownProperty(entry, 'id');
  const events = ownProperty(entry, 'events');
  return {
    id: typeof id === 'number' ? id : null,
    name: textOf(ownProperty(entry, 'name')) ?? '',
    endpoint: textOf(ownProperty(entry, 'endpoint')) ?? '',
    events: Array.isArray(events) ? events.filter((event) => typeof event === 'string') : [],
    disabled: ownProperty(entry, 'disabled') === true,
    fullResolution: ownProperty(entry, 'full_resolution') === true,
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function oddAnswer(answer: Answer): DeliveryError {
  const said = errorMessage(answer.body);
  return new DeliveryError('retryable', `${answer.call} gave an answer of another shape: ${said}`, {
    status: answer.status,
  });
}
