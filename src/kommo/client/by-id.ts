import type { JsonObject } from '../../lib/unknown-json.ts';
import { idOrNull } from '../wire.ts';
import type { CallOptions } from './call.ts';
import { chunks, pages, queryOf, readAll } from './paging.ts';
import type { Transport } from './transport.ts';

/** Kommo's largest page, and the most ids one list call can answer. */
export const PAGE = 250;

export interface ById<T> {
  /** `leads`: the path and the list's name. */
  name: 'leads' | 'contacts' | 'companies';
  /** What else to give: `contacts`. */
  with: string | null;
  map: (wire: JsonObject) => T | null;
}

/**
 * Reads entities by id, up to 250 a call. What does not exist, is deleted or is hidden from the token is absent.
 *
 * Kommo is known to ignore filters silently (public issue threads of its PHP library): a page with an id that was
 * not asked for shows it, and then the rest is read one by one.
 */
export async function readByIds<T>(
  transport: Transport,
  kind: ById<T>,
  ids: readonly number[],
  options: CallOptions | undefined,
): Promise<Map<number, T>> {
  const found = new Map<number, T>();
  const take = (wire: JsonObject) => {
    const value = kind.map(wire);
    if (value !== null) found.set(idOrNull(wire.id)!, value);
  };
  for (const chunk of chunks([...new Set(ids)], PAGE)) {
    const filtered = chunk.length > 1 && (await readFiltered(transport, kind, chunk, take, options));
    if (filtered) continue;
    for (const id of chunk) if (!found.has(id)) await readOne(transport, kind, id, take, options);
  }
  return found;
}

/** False when the filter was ignored. */
async function readFiltered<T>(
  transport: Transport,
  kind: ById<T>,
  ids: number[],
  take: (wire: JsonObject) => void,
  options: CallOptions | undefined,
): Promise<boolean> {
  const asked = new Set(ids);
  const query = queryOf([
    ...ids.map((id): [string, number] => ['filter[id][]', id]),
    ...withOf(kind),
    ['limit', PAGE],
  ]);
  const call = { path: `/${kind.name}`, query, name: kind.name, doing: `reading ${kind.name}` };
  for await (const page of pages(transport, call, options)) {
    let strangers = 0;
    for (const wire of page) {
      if (asked.has(idOrNull(wire.id) ?? 0)) take(wire);
      else strangers += 1;
    }
    if (strangers > 0) return false;
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

/** Everything that a full-text query finds: fuzzy, so compare before use. */
export function search(
  transport: Transport,
  kind: Pick<ById<unknown>, 'name' | 'with'>,
  query: string,
  options: CallOptions | undefined,
): Promise<JsonObject[]> {
  const pairs: [string, string | number][] = [['query', query], ...withOf(kind), ['limit', PAGE]];
  const call = { path: `/${kind.name}`, name: kind.name, doing: `searching ${kind.name}` };
  return readAll(transport, { ...call, query: queryOf(pairs) }, options);
}
