import {
  type BatchCall,
  type BatchItem,
  type BatchResult,
  checkIdentifier,
  fitAttributes,
  fitEvent,
  identifiersOf,
} from '../../../customerio/index.ts';
import type { CustomerioAction } from '../../../domain/actions.ts';
import { DeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../lane.ts';

type Track = Pick<Connection, 'track'>;

/** One action by a call of its own (v1). @returns warnings about what had to be cut to Customer.io's limits. */
export async function sendOne({ track }: Track, { payload, ulid }: OutboxRow): Promise<string[]> {
  const action = payload as CustomerioAction;
  const identifier = checkIdentifier(action.person);
  if (!identifier.ok) throw new DeliveryError('permanent', identifier.reason);
  if (action.kind === 'identify') {
    const { attributes, warnings } = fitAttributes(action.attributes);
    await track.identify(action.person, attributes, action.timestamp);
    return warnings;
  }
  const { name, data, warnings } = fitEvent(action.name, action.data);
  await track.track(action.person, { id: ulid, name, data, timestamp: action.timestamp });
  return warnings;
}

/** Actions of different people in one call (v2). @returns what became of each, in their order, with its warnings. */
export async function sendBatch(
  { track }: Track,
  actions: OutboxRow[],
  onCall: (call: BatchCall) => void,
): Promise<{ result: BatchResult; warnings: string[] }[]> {
  const items = actions.map(itemOf);
  const results = await track.batch(
    items.map(({ item }) => item),
    onCall,
  );
  return items.map(({ warnings }, index) => ({ result: results[index]!, warnings }));
}

/** Says in v2 what `writeAlone` says in v1: the item's `timestamp` is `_timestamp`, an event's `attributes` its data. */
function itemOf({ payload, ulid }: OutboxRow): { item: BatchItem; warnings: string[] } {
  const action = payload as CustomerioAction;
  const of = {
    type: 'person',
    identifiers: identifiersOf(action.person),
    timestamp: Math.floor(action.timestamp),
  } as const;
  if (action.kind === 'identify') {
    const { attributes, warnings } = fitAttributes(action.attributes);
    return { item: { ...of, action: 'identify', attributes }, warnings };
  }
  const { name, data, warnings } = fitEvent(action.name, action.data);
  return { item: { ...of, action: 'event', id: ulid, name, attributes: data }, warnings };
}
