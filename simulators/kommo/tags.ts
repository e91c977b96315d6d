import { type Account, tagNamed, tagWithId } from './account.ts';
import { type Check, type Item, isObject } from './checks.ts';
import type { Tag } from './model.ts';
import type { EntityKind } from './types.ts';

/** A list of `{id}` or `{name}`; an unknown id is an error. `named` finds or makes the tag of a name. */
function readList(
  account: Account,
  check: Check,
  kind: EntityKind,
  given: unknown,
  path: string,
  named: (name: string) => Tag | undefined,
): (() => Tag | undefined)[] {
  if (!Array.isArray(given)) {
    check.bad('InvalidType', path, 'This value should be of type array.');
    return [];
  }
  return given.flatMap((one: unknown, index) => {
    const known = isObject(one) && typeof one.id === 'number' ? tagWithId(account, kind, one.id) : undefined;
    if (known) return [() => known];
    const name = isObject(one) && typeof one.name === 'string' ? one.name : '';
    if (name !== '') return [() => named(name)];
    check.bad('NotSupportedChoice', `${path}.${index}`);
    return [];
  });
}

/**
 * The tags after a write: `_embedded.tags` replaces them all (null clears), `tags_to_add` and
 * `tags_to_delete` change them (Kommo docs). Undefined when the item says nothing of tags.
 */
export function readTags(
  account: Account,
  check: Check,
  kind: EntityKind,
  item: Item,
  now: Tag[],
): (() => Tag[]) | undefined {
  const embedded = isObject(item._embedded) ? item._embedded.tags : undefined;
  const list = (given: unknown, path: string, named: (name: string) => Tag | undefined) =>
    given === undefined || given === null ? [] : readList(account, check, kind, given, path, named);
  const made = (name: string) => tagNamed(account, kind, name);
  const all = list(embedded, '_embedded.tags', made);
  const add = list(item.tags_to_add, 'tags_to_add', made);
  // A name that no tag has takes nothing away, and makes no tag either.
  const drop = list(item.tags_to_delete, 'tags_to_delete', (name) => now.find((tag) => tag.name === name));
  if ([embedded, item.tags_to_add, item.tags_to_delete].every((given) => given === undefined))
    return undefined;
  return () => {
    const tagsOf = (given: (() => Tag | undefined)[]) =>
      given.map((tag) => tag()).filter((tag) => tag !== undefined);
    const dropped = new Set(tagsOf(drop).map(({ id }) => id));
    const base = embedded === undefined ? now : tagsOf(all);
    const kept = [...base, ...tagsOf(add)].filter((tag) => !dropped.has(tag.id));
    return [...new Map(kept.map((tag) => [tag.id, tag])).values()];
  };
}
