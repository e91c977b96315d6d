import { randomUUID } from 'node:crypto';
import { eventId } from '../../customerio/index.ts';
import { KEY_PREFIX } from '../../domain/people/names.ts';

/** The key of a new person, `p_<ULID>`: keys sort by the time at which they were made. @param now unix time, ms */
export function newPersonKey(now: number): string {
  return KEY_PREFIX + eventId(now, randomUUID());
}
