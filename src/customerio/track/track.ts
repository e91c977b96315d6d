import type { Dispatcher } from 'undici';
import type { Json, UnixSeconds } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { utf8Bytes } from '../../lib/bytes.ts';
import { asObject } from '../../lib/unknown-json.ts';
import { errorMessage } from '../answer-body.ts';
import type { Answer, Call, CallRecord } from '../call.ts';
import { originOf, type Region, TRACK_HOSTS } from '../hosts.ts';
import { createHttp } from '../http.ts';
import { throwUnlessOk } from './answers.ts';
import {
  type BatchCall,
  type BatchItem,
  type BatchResult,
  type EntityItem,
  isReadAsCioId,
  problemWith,
} from './batch.ts';
import { checkIdentifier } from './limits.ts';
import { sendBatch } from './send-batch.ts';

export interface TrackOptions {
  siteId: string;
  apiKey: string;
  region: Region;
  /** An origin instead of the region's; empty is the same as none. */
  trackUrl?: string | undefined;
  /** For one call with its redirects, in ms. Default 10,000. */
  timeoutMs?: number;
  /** Called after every HTTP request, without personal data. */
  onCall?: ((record: CallRecord) => void) | undefined;
  /** As `HttpOptions`. */
  dispatcher?: Dispatcher | undefined;
}

export interface TrackEvent {
  /** A ULID, the same for every retry: Customer.io ignores an event whose id it has seen. */
  id: string;
  name: string;
  data: Record<string, Json>;
  timestamp: UnixSeconds;
}

export interface RegionAnswer {
  region: Region;
  /** The origin that the account belongs to. */
  url: string;
  /** Id of the workspace. */
  environmentId: number | null;
}

/**
 * Customer.io's Track API. Every method throws DeliveryError (`batch` gives one per item instead), and every call may be
 * repeated unchanged: updates carry their time, events their ULID. A success means accepted, not processed; send an event
 * only after the person's identify has succeeded. Values are not checked: apply `fitAttributes` and `fitEvent` first.
 */
export interface TrackClient {
  /** Creates or updates a person. `person` is an id or an email, and must not begin with `cio_`. */
  identify(person: string, attributes: Record<string, Json>, timestampSeconds: UnixSeconds): Promise<void>;
  track(person: string, event: TrackEvent): Promise<void>;
  /** One item by a call of its own: for people whom no path can name, and for what changes a profile itself. */
  entity(item: EntityItem): Promise<void>;
  /** Which region the account belongs to: the credential test (`GET /auth` answers 200 for wrong ones too). */
  region(): Promise<RegionAnswer>;
  /** Many at once, with one result per item, in their order. `onCall` is called after every request it takes. */
  batch(items: BatchItem[], onCall?: (call: BatchCall) => void): Promise<BatchResult[]>;
  /** Waits for the calls in flight (at most `timeoutMs`), then ends the connections. */
  close(): Promise<void>;
}

const SETTING = 'customerio.region and customerio.track_url';

/**
 * @example
 * const track = createTrackClient({ siteId, apiKey, region: 'eu' });
 * await track.identify('ann@example.com', { plan: 'Pro' }, 1772013598);
 */
export function createTrackClient(options: TrackOptions): TrackClient {
  const token = Buffer.from(`${options.siteId}:${options.apiKey}`).toString('base64');
  const http = createHttp({
    origin: originOf(TRACK_HOSTS, options.region, options.trackUrl),
    redirectOrigins: Object.values(TRACK_HOSTS),
    authorization: `Basic ${token}`,
    secrets: [options.apiKey, token],
    timeoutMs: options.timeoutMs ?? 10_000,
    onCall: options.onCall,
    dispatcher: options.dispatcher,
  });

  async function request(call: Call): Promise<Answer> {
    const answer = await http.send(call);
    throwUnlessOk(answer, SETTING);
    return answer;
  }

  return {
    async identify(person, attributes, timestampSeconds) {
      const { body, ...call } = identifyCall(person, attributes, timestampSeconds);
      await request({ ...call, template: '/api/v1/customers/{id}', body: JSON.stringify(body) });
    },

    async track(person, event) {
      const { body, ...call } = trackCall(person, event);
      await request({ ...call, template: '/api/v1/customers/{id}/events', body: JSON.stringify(body) });
    },

    async entity(item) {
      const path = '/api/v2/entity';
      const body = JSON.stringify(item);
      const problem = problemWith(item, utf8Bytes(body));
      if (problem !== null) throw problem;
      await request({ method: 'POST', path, template: path, body });
    },

    async region() {
      const path = '/api/v1/accounts/region';
      return readRegion(await request({ method: 'GET', path, template: path }));
    },

    batch(items, onCall) {
      const path = '/api/v2/batch';
      const send = (body: string) => http.send({ method: 'POST', path, template: path, body });
      return sendBatch(items, send, SETTING, onCall);
    },

    close: () => http.close(),
  };
}

/** The request of `identify`. @throws DeliveryError where the person cannot be named in a path */
export function identifyCall(
  person: string,
  attributes: Record<string, Json>,
  timestampSeconds: UnixSeconds,
): { method: 'PUT'; path: string; body: Record<string, Json> } {
  const path = `/api/v1/customers/${segment(person)}`;
  return { method: 'PUT', path, body: { ...attributes, _timestamp: Math.floor(timestampSeconds) } };
}

/** The request of `track`. @throws DeliveryError where the person cannot be named in a path */
export function trackCall(
  person: string,
  { id, name, data, timestamp }: TrackEvent,
): { method: 'POST'; path: string; body: Record<string, Json> } {
  const path = `/api/v1/customers/${segment(person)}/events`;
  return { method: 'POST', path, body: { name, id, timestamp: Math.floor(timestamp), data } };
}

/** The whole identifier is one encoded path segment: `a+b/c@x.com` is `a%2Bb%2Fc%40x.com`. */
function segment(person: string): string {
  const check = checkIdentifier(person);
  if (!check.ok) {
    throw new DeliveryError('permanent', `${check.reason} Nothing was sent.`, { code: 'identifier_refused' });
  }
  if (isReadAsCioId(person)) {
    const text = `In a path Customer.io takes "${person}" for a cio_id, that of another person. Nothing was sent.`;
    throw new DeliveryError('permanent', text, { code: 'identifier_refused' });
  }
  return encodeURIComponent(person);
}

function readRegion(answer: Answer): RegionAnswer {
  const { region, url, environment_id: environmentId } = asObject(answer.body.json);
  if ((region !== 'us' && region !== 'eu') || typeof url !== 'string') {
    const said = errorMessage(answer.body);
    throw new DeliveryError('retryable', `${answer.call} did not name a region. The answer: ${said}`, {
      status: answer.status,
    });
  }
  return { region, url, environmentId: typeof environmentId === 'number' ? environmentId : null };
}
