import type { CustomerioWrite } from '../../domain/actions/writes.ts';
import type { Json } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { type BatchItem, type EntityItem, identifiersOf, isReadAsCioId } from './batch.ts';
import { checkIdentifier, fitAttributes, fitEvent } from './limits.ts';
import { identifyCall, type TrackClient, trackCall } from './track.ts';

/** What v1 and batches carry. */
type PersonWrite = Extract<CustomerioWrite, { call: 'identify' | 'track' }>;
/** What the App API carries, by calls of its own client. */
type AppWrite = Extract<CustomerioWrite, { call: 'liftSuppression' }>;

const V1_CALLS: Record<PersonWrite['call'], string> = {
  identify: 'PUT /api/v1/customers/{person}',
  track: 'POST /api/v1/customers/{person}/events',
};

const NOT_TRACK = 'A suppression is lifted by the App API.';
const SEARCH_SUPPRESSION = '/v1/esp/search_suppression/';

const ENTITY = { method: 'POST', path: '/api/v2/entity' } as const;

/** Whether the write concerns the profile itself, and is sent by a v2 call of its own. */
function isProfileWrite(write: CustomerioWrite): write is Exclude<CustomerioWrite, PersonWrite | AppWrite> {
  return write.call === 'merge' || write.call === 'removePerson' || write.call === 'changeEmail';
}

/** Whether the write is sent by v2 because a path would be read as a cio_id. */
function isEntity(write: PersonWrite): boolean {
  return isReadAsCioId(write.item.person) && fitsV2(write);
}

/** The call of `sendWrite`, as attempts show it: without the person. */
export function customerioCall(write: CustomerioWrite): string {
  if (write.call === 'liftSuppression') return `GET ${SEARCH_SUPPRESSION}{email}`;
  const isV2 = isProfileWrite(write) || isEntity(write);
  return isV2 ? `${ENTITY.method} ${ENTITY.path}` : V1_CALLS[write.call];
}

/** The item of a write that concerns the profile itself. @throws DeliveryError where the profile cannot be named */
function profileItemOf(write: Exclude<CustomerioWrite, PersonWrite | AppWrite>): EntityItem {
  if (write.call === 'merge') {
    const { person, from } = write.item;
    return {
      type: 'person',
      action: 'merge',
      primary: identifiersOf(person),
      secondary: identifiersOf(from),
    };
  }
  if (write.call === 'removePerson') {
    const { person, how, timestamp } = write.item;
    const base = { type: 'person', identifiers: identifiersOf(person) } as const;
    if (how === 'delete') return { ...base, action: 'delete' };
    return {
      ...base,
      action: 'identify',
      timestamp: Math.floor(timestamp),
      attributes: { unsubscribed: true },
    };
  }
  const { cioId, to, timestamp } = write.item;
  if (cioId === null)
    throw new DeliveryError('permanent', 'The cio_id of the profile is not known. Nothing was sent.', {
      code: 'identifier_refused',
    });
  return {
    type: 'person',
    action: 'identify',
    identifiers: { cio_id: cioId },
    timestamp: Math.floor(timestamp),
    attributes: { email: to },
  };
}

/** The write cut to Customer.io's limits, with a warning for each cut. */
function withinLimits(write: PersonWrite): { write: PersonWrite; warnings: string[] } {
  if (write.call === 'identify') {
    const { attributes, warnings } = fitAttributes(write.item.attributes);
    return { write: { call: 'identify', item: { ...write.item, attributes } }, warnings };
  }
  const { name, data, warnings } = fitEvent(write.item.name, write.item.data);
  return { write: { call: 'track', item: { ...write.item, name, data } }, warnings };
}

/**
 * Sends one write by a call of its own: v1, or v2 where a path cannot name the person.
 * @param ulid the event's id
 * @returns warnings about what had to be cut to Customer.io's limits
 * @throws DeliveryError
 */
export async function sendWrite(
  track: Pick<TrackClient, 'identify' | 'track' | 'entity'>,
  whole: CustomerioWrite,
  ulid: string,
): Promise<string[]> {
  if (isProfileWrite(whole)) {
    await track.entity(profileItemOf(whole));
    return [];
  }
  if (whole.call === 'liftSuppression') throw new Error(NOT_TRACK);
  const identifier = checkIdentifier(whole.item.person);
  if (!identifier.ok) throw new DeliveryError('permanent', identifier.reason, { code: 'identifier_refused' });
  if (isEntity(whole)) {
    const { item, warnings } = batchItemOf(whole, ulid);
    await track.entity(item);
    return warnings;
  }
  const { write, warnings } = withinLimits(whole);
  const { person, timestamp } = write.item;
  if (write.call === 'identify') await track.identify(person, write.item.attributes, timestamp);
  else await track.track(person, { id: ulid, name: write.item.name, data: write.item.data, timestamp });
  return warnings;
}

/** The request of `sendWrite`. @throws DeliveryError where the person cannot be named in a path */
export function requestOf(
  whole: CustomerioWrite,
  ulid: string,
): { method: string; path: string; body: Record<string, Json>; warnings: string[] } {
  if (isProfileWrite(whole))
    return { ...ENTITY, body: { ...profileItemOf(whole) } as Record<string, Json>, warnings: [] };
  if (whole.call === 'liftSuppression')
    return {
      method: 'GET',
      path: `${SEARCH_SUPPRESSION}${encodeURIComponent(whole.item.email)}`,
      body: {},
      warnings: [],
    };
  if (isEntity(whole)) {
    const { item, warnings } = batchItemOf(whole, ulid);
    return { ...ENTITY, body: { ...item }, warnings };
  }
  const { write, warnings } = withinLimits(whole);
  const { person, timestamp } = write.item;
  const call =
    write.call === 'identify'
      ? identifyCall(person, write.item.attributes, timestamp)
      : trackCall(person, { id: ulid, name: write.item.name, data: write.item.data, timestamp });
  return { ...call, warnings };
}

/**
 * The batch item (v2) that is equivalent to `sendWrite` (v1): its `timestamp` is v1's `_timestamp`, the `attributes` of an
 * event are its data.
 */
export function batchItemOf(whole: CustomerioWrite, ulid: string): { item: BatchItem; warnings: string[] } {
  if (isProfileWrite(whole)) throw new Error('A profile is changed by a call of its own.');
  if (whole.call === 'liftSuppression') throw new Error(NOT_TRACK);
  const { write, warnings } = withinLimits(whole);
  const { person, timestamp } = write.item;
  const base = {
    type: 'person',
    identifiers: identifiersOf(person),
    timestamp: Math.floor(timestamp),
  } as const;
  if (write.call === 'identify')
    return { item: { ...base, action: 'identify', attributes: write.item.attributes }, warnings };
  const { name, data } = write.item;
  return { item: { ...base, action: 'event', id: ulid, name, attributes: data }, warnings };
}

/** Keys of an identify that v2 expects in another place or does not document, so they are sent through v1. */
const V1_KEYS = ['cio_relationships', 'anonymous_id'];

/** Whether a batch may carry the write. */
export function fitsV2(write: CustomerioWrite): boolean {
  if (isProfileWrite(write) || write.call === 'liftSuppression') return false;
  return !(write.call === 'identify' && V1_KEYS.some((key) => Object.hasOwn(write.item.attributes, key)));
}
