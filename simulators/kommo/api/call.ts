import type { Account } from '../account.ts';
import { hal, problem, type Reply } from '../hal.ts';
import type { Query } from '../query.ts';
import { isObject, type Item } from '../validation.ts';

/** One request to the API, read. */
export interface Call {
  method: string;
  /** Path and query as they came. */
  url: string;
  path: string;
  query: Query;
  /** Parsed JSON; undefined when there was none or it was broken. */
  body: unknown;
}

/** What the endpoints work with. */
export interface Api {
  account: Account;
  /** `http://127.0.0.1:1234`, for links. */
  origin(): string;
  /** Who a write through the API is by. */
  by(): number;
}

/** Kommo docs: at most 250 a page; more is not refused. Without a limit its samples show 50. */
export const pageCap = 250;

/** The items of a write: `many` is whether the request's container was an array. */
export interface Items {
  many: boolean;
  items: Item[];
}

export const href = (api: Api, path: string): { href: string } => ({ href: `${api.origin()}/api/v4${path}` });

export const selfLink = (api: Api, path: string) => ({ _links: { self: href(api, path) } });

/** An array for a collection, one object for `/{id}`: the wrong container is answered 400. */
export function readItems(body: unknown, id: number | undefined): Items | Reply {
  if (body === undefined || body === null) return problem(400, 'Request data can not be empty');
  if (id !== undefined) {
    if (!isObject(body)) return containerError('object');
    return { many: false, items: [{ ...body, id }] };
  }
  if (!Array.isArray(body)) return containerError('array');
  if (body.length === 0) return problem(400, 'Request data can not be empty');
  if (body.length > pageCap) return problem(422, 'Limit 250 per page');
  if (!body.every(isObject)) return containerError('array of objects');
  return { many: true, items: body as Item[] };
}

const containerError = (wanted: string): Reply =>
  problem(400, 'Request validation failed', {
    'validation-errors': [
      {
        request_id: '0',
        errors: [{ code: 'InvalidType', path: '', detail: `This value should be of type ${wanted}.` }],
      },
    ],
  });

export const isReply = (value: Items | Reply): value is Reply => 'status' in value;

/** Echoed in answers and errors; by default the item's index as text (Kommo docs). */
export const requestId = (item: Item, index: number): string =>
  item.request_id === undefined ? String(index) : String(item.request_id);

/** One page of a list, with a `next` link while there is more; 204 when the page is empty. */
export function page<T>(
  api: Api,
  call: Call,
  name: string,
  all: T[],
  show: (one: T) => unknown,
  options: { cap?: number; totals?: boolean; defaultLimit?: number } = {},
): Reply {
  const cap = options.cap ?? pageCap;
  const wanted = Number(call.query.one('limit') ?? options.defaultLimit ?? 50);
  const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, cap) : 50;
  const number = Math.max(1, Math.trunc(Number(call.query.one('page') ?? 1)) || 1);
  const shown = all.slice((number - 1) * limit, number * limit);
  if (shown.length === 0) return { status: 204, type: 'application/hal+json', body: null };
  const link = (to: number) => ({ href: pageUrl(api.origin(), call.url, to, limit) });
  const more = number * limit < all.length;
  const totals = { _total_items: all.length, _page_count: Math.ceil(all.length / limit) };
  return hal({
    ...(options.totals ? totals : {}),
    _page: number,
    _links: { self: link(number), ...(more ? { next: link(number + 1) } : {}) },
    _embedded: { [name]: shown.map(show) },
  });
}

function pageUrl(origin: string, url: string, number: number, limit: number): string {
  const target = new URL(url, origin);
  target.searchParams.set('page', String(number));
  target.searchParams.set('limit', String(limit));
  return target.href;
}

/** The ids of `filter[id]`, or undefined when there is no such filter. */
export function ids(query: Query, ...path: string[]): Set<number> | undefined {
  const values = query.list('filter', ...path);
  return values && new Set(values.filter((value) => value !== '').map(Number));
}

/** Whether a value passes an optional set. */
export const among = (set: Set<number> | undefined, value: number | null): boolean =>
  set === undefined || (value !== null && set.has(value));

/** Sorts by the keys in `order[...]` that are allowed, else by id. */
export function ordered<T extends { id: number }>(list: T[], query: Query, allowed: (keyof T & string)[]): T[] {
  const key = (query.names('order').find((name) => allowed.includes(name as keyof T & string)) ?? 'id') as keyof T;
  const sign = query.one('order', key as string)?.toLowerCase() === 'desc' ? -1 : 1;
  return list.sort((one, other) => sign * (Number(one[key]) - Number(other[key])) || sign * (one.id - other.id));
}

/** The entities a list starts from: few when ids are given, else all. */
export function pick<T>(map: Map<number, T>, wanted: Set<number> | undefined): T[] {
  if (!wanted) return [...map.values()];
  return [...wanted].flatMap((id) => map.get(id) ?? []);
}

export const withs = (query: Query): Set<string> => new Set(query.list('with') ?? []);
