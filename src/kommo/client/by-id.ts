import type { JsonObject } from '../../lib/unknown-json.ts';
import { embedded, hasNextPage, idOrNull } from '../wire.ts';
import type { CallOptions } from './call.ts';
import { chunks, pages, queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** Kommo's largest page, and the most ids one list call can answer. */
export const PAGE = 250;
/** The most pages of one search's results. An email address that more contacts than these resemble is not searched for. */
const MAX_SEARCH_PAGES = 4;

export interface ById<T> {
  /** The path, and the name of the list in the answer. */
  name: 'leads' | 'contacts' | 'companies';
  /** Linked entities to include, such as `contacts`. */
  with: string | null;
  map: (wire: JsonObject) => T | null;
}

/**
 * Reads entities by id, up to 250 a call. Entities that do not exist, are deleted or are hidden from the token are absent.
 *
 * Kommo is known to ignore filters silently (public issue threads of its PHP library): a page with an id that was not
 * requested reveals it, and the remaining entities are then read one by one.
 */
export async function readByIds<T>(
  transport: Transport,
  kind: ById<T>,
  ids: readonly number[],
  options: CallOptions | undefined,
): Promise<Map<number, T>> {
  const entities = new Map<number, T>();
  const take = (wire: JsonObject) => {
    const value = kind.map(wire);
    if (value !== null) entities.set(idOrNull(wire.id)!, value);
  };
  for (const chunk of chunks([...new Set(ids)], PAGE)) {
    const filtered = chunk.length > 1 && (await readFiltered(transport, kind, chunk, take, options));
    if (filtered) continue;
    for (const id of chunk) if (!entities.has(id)) await readOne(transport, kind, id, take, options);
  }
  return entities;
}

/** @returns false when Kommo ignored the filter. */
async function readFiltered<T>(
  transport: Transport,
  kind: ById<T>,
  ids: number[],
  take: (wire: JsonObject) => void,
  options: CallOptions | undefined,
): Promise<boolean> {
  const requested = new Set(ids);
  const query = queryOf([
    ...ids.map((id): [string, number] => ['filter[id][]', id]),
    ...withOf(kind),
    ['limit', PAGE],
  ]);
  const call = { path: `/${kind.name}`, query, name: kind.name, doing: `reading ${kind.name}` };
  for await (const page of pages(transport, call, options)) {
    let others = 0;
    for (const wire of page) {
      if (requested.has(idOrNull(wire.id) ?? 0)) take(wire);
      else others += 1;
    }
    if (others > 0) return false;
  }
  return true;
}

async function readOne<T>(
  transport: Transport,
  kind: ById<T>,
  id: number,
  take: (wire: JsonObject) => void,
  options: CallOptions | undefined,
): Promise<void> {
  const path = `/${kind.name}/${id}`;
  const query = queryOf(withOf(kind));
  // 204 is Kommo's answer for an id that does not exist.
  const wire = await transport.send(
    { method: 'GET', path, query, effect: 'read', doing: `reading ${kind.name}`, absent: [404] },
    options,
  );
  if (wire !== null && idOrNull((wire as JsonObject).id) === id) take(wire as JsonObject);
}

function withOf(kind: Pick<ById<unknown>, 'with'>): [string, string][] {
  return kind.with === null ? [] : [['with', kind.with]];
}

/** Results of a search. */
export interface SearchResults {
  items: JsonObject[];
  /** False where Kommo has more results than `MAX_SEARCH_PAGES`. */
  isComplete: boolean;
}

/**
 * The results of Kommo's full-text search, up to 1,000. The search is fuzzy, so each result must be compared with the query;
 * some accounts ignore the query and return the whole address book (public issue threads).
 */
export async function search(
  transport: Transport,
  kind: Pick<ById<unknown>, 'name' | 'with'>,
  query: string,
  options: CallOptions | undefined,
): Promise<SearchResults> {
  const items: JsonObject[] = [];
  for (let page = 1; page <= MAX_SEARCH_PAGES; page++) {
    const pairs: [string, string | number][] = [['query', query], ...withOf(kind), ['limit', PAGE]];
    const body = await transport.send(
      {
        ...{ method: 'GET', path: `/${kind.name}`, effect: 'read', doing: `searching ${kind.name}` },
        query: queryOf(page === 1 ? pairs : [...pairs, ['page', page]]),
      },
      options,
    );
    items.push(...embedded(body, kind.name));
    if (!hasNextPage(body)) return { items, isComplete: true };
  }
  return { items, isComplete: false };
}
