import type { Json, UnixSeconds } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { utf8Bytes } from '../../lib/bytes.ts';
import { checkIdentifier } from './limits.ts';

/** Exactly one identifier. Unlike in a path, a cio_id has no `cio_` prefix (Customer.io docs, Track v2). */
export type Identifiers = { id: string } | { email: string } | { cio_id: string } | { phone: string };

/** One item of `POST /api/v2/batch`, as it goes over the wire. */
export type BatchItem =
  | {
      type: 'person';
      action: 'identify';
      identifiers: Identifiers;
      /** Orders attribute updates, as `_timestamp` does in v1. */
      timestamp: UnixSeconds;
      attributes: Record<string, Json>;
    }
  | {
      type: 'person';
      action: 'event';
      identifiers: Identifiers;
      /** A ULID; an event whose id was seen is ignored. */
      id: string;
      name: string;
      timestamp: UnixSeconds;
      /** The event's data: v2 calls it attributes. */
      attributes: Record<string, Json>;
    };

/** One item of `POST /api/v2/entity`: that of a batch, or one that changes the profile itself (Customer.io docs, Track v2). */
export type EntityItem =
  | BatchItem
  /** `secondary` goes into `primary`. */
  | { type: 'person'; action: 'merge'; primary: Identifiers; secondary: Identifiers }
  | { type: 'person'; action: 'delete'; identifiers: Identifiers };

export type BatchResult = { ok: true } | { ok: false; error: DeliveryError };

/** One HTTP request of a batch, for the trace. */
export interface BatchCall {
  /** Indexes in the caller's list. */
  items: number[];
  /** How many of these items the answer refused individually. */
  refused: number;
  /** Null where there was no answer. */
  status: number | null;
  ms: number;
  /** Why the request failed as a whole, else null. */
  error: DeliveryError | null;
}

/**
 * The identifier of a person in a v2 item. In a v1 path Customer.io tells an email, a `cio_<cio_id>` and an id apart by their
 * form (Track docs); in v2 the kind must be named. Stagepost's own names are emails and ids: `cio_office@bank.example` is
 * an email.
 */
export function identifiersOf(person: string): Identifiers {
  return person.includes('@') ? { email: person } : { id: person };
}

/** Customer.io takes every path that begins with `cio_` for a cio_id, so such an email or id must be sent through v2. */
export function isReadAsCioId(person: string): boolean {
  return /^cio_/i.test(person);
}

/** Customer.io docs: a batch may have 500 KB, each item 32 KB. RudderStack's client uses the same numbers. */
export const BATCH_BYTES = 500_000;
export const ITEM_BYTES = 32 * 1024;
/** No limit is documented; RudderStack sends up to 1000 in production. With 500, a timeout repeats half as many. */
export const BATCH_ITEMS = 500;

export interface PreparedItem {
  /** In the caller's list. */
  index: number;
  json: string;
  bytes: number;
}

/**
 * Splits items into requests. Each person occurs once in a request, since the order within a batch is not documented: the
 * person's second item goes into a later request. `refused`: items that are not valid or too large for any request.
 */
export function planBatches(items: BatchItem[]): {
  chunks: PreparedItem[][];
  refused: Map<number, DeliveryError>;
} {
  const refused = new Map<number, DeliveryError>();
  const waves: PreparedItem[][] = [];
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const json = JSON.stringify(item);
    const problem = problemWith(item, utf8Bytes(json));
    if (problem !== null) {
      refused.set(index, problem);
      continue;
    }
    const person = personKey(item.identifiers);
    const wave = seen.get(person) ?? 0;
    seen.set(person, wave + 1);
    waves[wave] ??= [];
    waves[wave].push({ index, json, bytes: utf8Bytes(json) });
  }
  return { chunks: waves.flatMap(cutIntoChunks), refused };
}

/** The body of one request. */
export function batchBody(chunk: PreparedItem[]): string {
  return `{"batch":[${chunk.map((item) => item.json).join(',')}]}`;
}

function cutIntoChunks(items: PreparedItem[]): PreparedItem[][] {
  const envelope = utf8Bytes(batchBody([]));
  const chunks: PreparedItem[][] = [];
  let size = 0;
  for (const item of items) {
    const current = chunks.at(-1);
    if (current && current.length < BATCH_ITEMS && size + item.bytes + 1 <= BATCH_BYTES) {
      current.push(item);
      size += item.bytes + 1;
    } else {
      chunks.push([item]);
      size = envelope + item.bytes;
    }
  }
  return chunks;
}

/** Why no request can carry the item, whose JSON has this many bytes; null where one can. */
export function problemWith(item: EntityItem, bytes: number): DeliveryError | null {
  const named = item.action === 'merge' ? [item.primary, item.secondary] : [item.identifiers];
  const check = named
    .map((identifiers) => checkIdentifier(String(Object.values(identifiers)[0] ?? '')))
    .find(({ ok }) => !ok);
  if (check && !check.ok)
    return new DeliveryError('permanent', `${check.reason} Nothing was sent.`, {
      code: 'identifier_refused',
    });
  if (bytes <= ITEM_BYTES) return null;
  const text = `The ${item.action} has ${bytes} bytes; one item of a batch may have ${ITEM_BYTES}. Nothing was sent.`;
  return new DeliveryError('permanent', text, { code: 'payload_too_large' });
}

/** Customer.io docs: emails are case-insensitive, ids are not. */
function personKey(identifiers: Identifiers): string {
  const [kind, value] = Object.entries(identifiers)[0]!;
  return `${kind}:${kind === 'email' ? value.toLowerCase() : value}`;
}
