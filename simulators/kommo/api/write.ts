import { hal, type ItemErrors, invalid, type Reply, unknownIds } from '../hal.ts';
import { type Check, createCheck, type Item } from '../validation.ts';
import { type Api, type Call, href, isReply, readItems, requestId, selfLink } from './call.ts';

/** What a write does with each item of its request. */
export interface Write<E> {
  /** `leads`: the name of the list in the answer. */
  name: string;
  /** `/leads` or `/leads/notes`. */
  path: string;
  /** The existing entity an item names; absent for an add. */
  find?(item: Item): E | undefined;
  /** What an unknown id is answered with: `Lead not found`. */
  missing?: string;
  /** For an add: an entity the item hangs on that does not exist. */
  unknown?(item: Item): { id: string; reason: string } | undefined;
  /** Returns what has to be done once all items are found valid. */
  prepare(item: Item, check: Check, existing: E | undefined): () => E;
  /** What the answer says of an item besides its id and request_id. */
  answer(entity: E): Record<string, unknown>;
  link(entity: E): string;
}

/**
 * Adds or updates: with one invalid item nothing is written (seen in public client code). Unknown ids are
 * answered with a map of ids; whether the rest is applied is a setting.
 */
export function write<E extends { id: number }>(
  api: Api,
  call: Call,
  id: number | undefined,
  how: Write<E>,
): Reply {
  const read = readItems(call.body, id);
  if (isReply(read)) return read;
  const failures: ItemErrors[] = [];
  const unknown: Record<string, string> = {};
  const ready: { run: () => E; request_id: string }[] = [];

  for (const [index, item] of read.items.entries()) {
    const request_id = requestId(item, index);
    const check = createCheck();
    const existing = how.find?.(item);
    const lost = how.find && !existing ? lostItem(how, item, check) : how.unknown?.(item);
    if (lost) unknown[lost.id] = lost.reason;
    if (check.errors.length > 0) failures.push({ request_id, errors: check.errors });
    if (lost || check.errors.length > 0) continue;
    const run = how.prepare(item, check, existing);
    if (check.errors.length > 0) failures.push({ request_id, errors: check.errors });
    else ready.push({ run, request_id });
  }

  if (failures.length > 0) return invalid(failures);
  const hasUnknown = Object.keys(unknown).length > 0;
  if (hasUnknown && api.account.settings.switches.notFoundInBatch === 'apply_none')
    return unknownIds(unknown);
  const written = ready.map(({ run, request_id }) => {
    const entity = run();
    return { id: entity.id, ...how.answer(entity), request_id, ...selfLink(api, how.link(entity)) };
  });
  if (hasUnknown) return unknownIds(unknown);
  return hal({ _links: { self: href(api, how.path) }, _embedded: { [how.name]: written } });
}

function lostItem<E>(how: Write<E>, item: Item, check: Check): { id: string; reason: string } | undefined {
  if (item.id !== undefined) return { id: String(item.id), reason: how.missing ?? 'Not found' };
  check.bad('FieldMissing', 'id');
  return undefined;
}
