import type { KeyPath } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { isEntries, itemsOf, type Reporter, refuse } from './reporter.ts';

/** Kommo does not document whether tags ignore case, so rules must not depend on it. */
export function checkTags(tags: Tree | undefined, path: KeyPath, reporter: Reporter): void {
  if (!isEntries(tags)) return;
  const { add, remove } = tags;
  if (Object.keys(tags).length === 0) {
    refuse(reporter, path, 'names no tag', 'Write { add: [a tag] }, { remove: [a tag] } or both.');
    return;
  }
  const added = new Set(textsOf(add).map(folded));
  for (const [index, name] of textsOf(remove).entries()) {
    if (!added.has(folded(name))) continue;
    refuse(
      reporter,
      [...path, 'remove', index],
      `the tag "${name}" is both added and removed`,
      'Remove one of the two.',
      'value',
    );
  }
}

const folded = (name: string) => name.trim().toLowerCase();

/** The items of a list; an item that is not a text counts as empty. */
function textsOf(tree: Tree | undefined): string[] {
  return itemsOf(tree).map((item) => (typeof item === 'string' ? item : ''));
}
