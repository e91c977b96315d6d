import { isHiddenContact } from '../account.ts';
import type { Company, Contact, Lead } from '../model.ts';
import type { EntityKind } from '../types.ts';
import type { Call } from './call.ts';

type Entity = Lead | Contact | Company;

/** What a search looks into. */
type Searchable = Pick<Entity, 'id' | 'name' | 'custom'>;

/** Everything a person reads in the card: the texts of all filled fields. */
function* texts(entity: Searchable): Generator<string> {
  yield entity.name;
  yield String(entity.id);
  for (const { values } of entity.custom) for (const { value } of values) yield String(value);
}

/** `query` finds parts of words in any filled field, in any case; an empty one finds everything (public issue threads). */
export function matchesQuery(call: Call): (entity: Searchable) => boolean {
  const text = (call.query.one('query') ?? '').trim().toLowerCase();
  if (text === '' || call.account.settings.switches.searchIgnoresQuery) return () => true;
  const words = text.split(/\s+/);
  return (entity) => {
    const all = [...texts(entity)].map((one) => one.toLowerCase());
    return words.every((word) => all.some((one) => one.includes(word)));
  };
}

/**
 * The entities that the filters common to leads, contacts and companies leave over.
 * Ids are looked up, so that a read of 250 among thousands costs 250. What the token's user may not see is left out.
 */
export function found<T extends Entity>(call: Call, kind: EntityKind): T[] {
  const { account, query } = call;
  const all = account[kind] as unknown as Map<number, T>;
  const ids = query.ids('filter', 'id');
  const names = query.list('filter', 'name');
  const owners = query.ids('filter', 'responsible_user_id');
  const makers = query.ids('filter', 'created_by');
  const editors = query.ids('filter', 'updated_by');
  const matches = matchesQuery(call);
  // Not `isHidden`: looking each of 300,000 contacts up takes most of the time of a page.
  const isShown = (entity: T) =>
    kind !== 'contacts' || !isHiddenContact(account, entity as unknown as Contact);
  const candidates = ids
    ? [...ids].map((id) => all.get(id)).filter((entity) => entity !== undefined)
    : [...all.values()];
  return candidates.filter(
    (entity) =>
      isShown(entity) &&
      (!names || names.includes(entity.name)) &&
      (!owners || owners.has(entity.responsible_user_id)) &&
      (!makers || makers.has(entity.created_by)) &&
      (!editors || editors.has(entity.updated_by)) &&
      matches(entity),
  );
}

/** Sorts in place by `order[key]=asc|desc`; by id where nothing is asked for (not documented). */
export function orderBy<T extends { id: number }, K extends keyof T & string>(
  { query }: Call,
  list: T[],
  keys: K[],
): void {
  const key = query.names('order').find((name): name is K => (keys as string[]).includes(name));
  const sign = key && query.one('order', key) === 'desc' ? -1 : 1;
  const compare = (one: T, other: T) => {
    const difference = key ? Number(one[key]) - Number(other[key]) : 0;
    return difference || one.id - other.id;
  };
  // Entities are in the order of their creation: each page of 300,000 contacts would otherwise sort them.
  if (!isSorted(list, compare)) list.sort(compare);
  if (sign < 0) list.reverse();
}

function isSorted<T>(list: T[], compare: (one: T, other: T) => number): boolean {
  for (let n = 1; n < list.length; n++) if (compare(list[n - 1]!, list[n]!) > 0) return false;
  return true;
}
