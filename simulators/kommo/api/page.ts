import { hal, nothing, type Reply } from '../hal.ts';
import type { Call } from './call.ts';

/** Kommo's sample links show `limit=50`, and public clients send it; the default itself is not documented. */
const defaultLimit = 50;

export const link = (href: string) => ({ _links: { self: { href } } });

const positive = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
};

export interface PageOptions {
  /** Most entries a page. Default 250 (Kommo docs). */
  cap?: number;
  /** Resources that say how many there are in all. */
  counted?: boolean;
}

/** One page of a list. An empty page is 204 without a body (Kommo docs). */
export function page<T>(
  call: Call,
  key: string,
  all: T[],
  show: (entry: T) => unknown,
  { cap = 250, counted = false }: PageOptions = {},
): Reply {
  const wanted = positive(call.query.one('limit'), defaultLimit);
  const fallback = call.account.settings.switches.overLimitRead === 'default' ? defaultLimit : cap;
  const limit = wanted > cap ? Math.min(fallback, cap) : wanted;
  const number = positive(call.query.one('page'), 1);
  const start = (number - 1) * limit;
  const entries = all.slice(start, start + limit);
  if (entries.length === 0) return nothing;

  const href = pageLinks(call, limit);
  const last = Math.ceil(all.length / limit);
  const more = start + limit < all.length;
  return hal({
    ...(counted ? { _total_items: all.length } : {}),
    _page: number,
    ...(counted ? { _page_count: last } : {}),
    _links: {
      self: href(number),
      ...(more ? { next: href(number + 1) } : {}),
      ...(counted ? { last: href(last) } : {}),
    },
    _embedded: { [key]: entries.map(show) },
  });
}

/** Links repeat the caller's filters and differ in `page` only. */
function pageLinks(call: Call, limit: number): (page: number) => { href: string } {
  const kept = call.rawQuery.split('&').filter((pair) => pair !== '' && !/^(page|limit)=/.test(pair));
  return (page) => ({
    href: `${call.base}${call.path}?${[...kept, `page=${page}`, `limit=${limit}`].join('&')}`,
  });
}
