import { type Account, tagNamed, tagWithId } from './account.ts';
import { type Check, type Item, isObject } from './checks.ts';
import type { Tag } from './model.ts';
import type { EntityKind } from './types.ts';

/** A list of `{id}` or `{name}`; an unknown id is an error, an unknown name a new tag. */
function readList(
  account: Account,
  check: Check,
  kind: EntityKind,
  given: unknown,
  path: string,
): (() => Tag)[] {
  if (!Array.isArray(given)) {
    check.bad('InvalidType', path, 'This value should be of type array.');
    return [];
  }
  return given.flatMap((one: unknown, index) => {
    const known = isObject(one) && typeof one.id === 'number' ? tagWithId(account, kind, one.id) : undefined;
    if (known) return [() => known];
    const name = isObject(one) && typeof one.name === 'string' ? one.name : '';
    if (name !== '') return [() => tagNamed(account, kind, name)];
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
  const list = (given: unknown, path: string) =>
    given === undefined || given === null ? [] : readList(account, check, kind, given, path);
  const all = list(embedded, '_embedded.tags');
  const add = list(item.tags_to_add, 'tags_to_add');
  const drop = list(item.tags_to_delete, 'tags_to_delete');
  if ([embedded, item.tags_to_add, item.tags_to_delete].every((given) => given === undefined))
    return undefined;
  return () => {
    const dropped = new Set(drop.map((tag) => tag().id));
    const base = embedded === undefined ? now : all.map((tag) => tag());
    const kept = [...base, ...add.map((tag) => tag())].filter((tag) => !dropped.has(tag.id));
    return [...new Map(kept.map((tag) => [tag.id, tag])).values()];
  };
}
