import { DeliveryError } from '../../domain/errors.ts';
import { asObject, asText, type JsonObject } from '../../lib/unknown-json.ts';
import { embedded } from '../wire.ts';
import type { CallOptions } from './call.ts';
import type { Transport } from './transport.ts';

export interface ListCall {
  path: string;
  query: string;
  /** The list's name in `_embedded`. */
  name: string;
  doing: string;
  /** Statuses that mean an empty list, as 204 does. */
  absent?: readonly number[];
  secrets?: readonly string[];
}

/** Far more than any list that Stagepost reads: 1000 pages of 250. */
const MAX_PAGES = 1000;

/**
 * The pages of a list, one call each, until there is no next page or an empty one (204).
 *
 * Only the part of a next link after `/api/v4` is used. So no link can send our token to another host, and links to either
 * of the account's host names work: real bodies name both kommo.com and amocrm.com.
 */
export async function* pages(
  transport: Transport,
  call: ListCall,
  options: CallOptions | undefined,
): AsyncGenerator<JsonObject[]> {
  const seen = new Set<string>();
  let next: { path: string; query: string } | null = call;
  while (next !== null) {
    const key = `${next.path}?${next.query}`;
    if (seen.has(key)) return;
    if (seen.size >= MAX_PAGES) {
      throw new DeliveryError(
        'retryable',
        `Kommo's list for ${call.doing} has more than ${MAX_PAGES} pages.`,
      );
    }
    seen.add(key);
    const { doing, absent, secrets } = call;
    const body = await transport.send(
      { method: 'GET', path: next.path, query: next.query, effect: 'read', doing, absent, secrets },
      options,
    );
    const items = embedded(body, call.name);
    if (items.length === 0) return;
    yield items;
    next = nextOf(body, call);
  }
}

/** All items of a list. */
export async function readAll(
  transport: Transport,
  call: ListCall,
  options?: CallOptions,
): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  for await (const page of pages(transport, call, options)) items.push(...page);
  return items;
}

function nextOf(body: unknown, call: ListCall): { path: string; query: string } | null {
  const links = asObject(asObject(body)._links);
  const href = asText(asObject(links.next).href);
  if (href === '') return null;
  const found = /\/api\/v4(\/[^?#]*)(?:\?([^#]*))?/.exec(href);
  // A link to another list would mix its items into this one.
  if (found === null || found[1] !== call.path) {
    throw new DeliveryError(
      'retryable',
      `Kommo's list for ${call.doing} continues at an address that is not its own.`,
    );
  }
  return { path: call.path, query: found[2] ?? '' };
}

/** `name=value` pairs. Brackets stay as they are: Kommo takes both forms, and 250 ids then fit into a URL of 8 KB. */
export function queryOf(pairs: [name: string, value: string | number][]): string {
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** Splits a list into parts of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
