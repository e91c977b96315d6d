import type { CustomerioWrite } from '../../domain/actions/writes.ts';
import type { Json } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { type BatchItem, identifiersOf } from './batch.ts';
import { checkIdentifier, fitAttributes, fitEvent } from './limits.ts';
import { identifyCall, type TrackClient, trackCall } from './track.ts';

/** The address of each call, as attempts show it: without the person. */
export const CUSTOMERIO_CALLS: Record<CustomerioWrite['call'], string> = {
  identify: 'PUT /api/v1/customers/{person}',
  track: 'POST /api/v1/customers/{person}/events',
};

/** The write cut to Customer.io's limits, with a warning for each cut. */
function withinLimits(write: CustomerioWrite): { write: CustomerioWrite; warnings: string[] } {
  if (write.call === 'identify') {
    const { attributes, warnings } = fitAttributes(write.item.attributes);
    return { write: { call: 'identify', item: { ...write.item, attributes } }, warnings };
  }
  const { name, data, warnings } = fitEvent(write.item.name, write.item.data);
  return { write: { call: 'track', item: { ...write.item, name, data } }, warnings };
}

/**
 * Sends one write by a call of its own (v1).
 * @param ulid the event's id
 * @returns warnings about what had to be cut to Customer.io's limits
 * @throws DeliveryError
 */
export async function sendWrite(
  track: Pick<TrackClient, 'identify' | 'track'>,
  whole: CustomerioWrite,
  ulid: string,
): Promise<string[]> {
  const identifier = checkIdentifier(whole.item.person);
  if (!identifier.ok) throw new DeliveryError('permanent', identifier.reason, { code: 'identifier_refused' });
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
  return !(write.call === 'identify' && V1_KEYS.some((key) => Object.hasOwn(write.item.attributes, key)));
}
