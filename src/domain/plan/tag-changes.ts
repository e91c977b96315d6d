import type { ActionOf } from '../actions.ts';
import { renderKommoText, type Scope } from '../rules/render-text.ts';
import type { TagRule } from '../rules/rules.ts';

/**
 * The tags that a rule adds and removes, as an action; null where all of its texts render to nothing. Tag names are
 * compared ignoring case, as Kommo does; a tag that is both added and removed is added.
 */
export function tagChanges(rule: TagRule, dealId: number, scope: Scope): ActionOf<'tags'> | null {
  const add = namesOf(rule.add, scope);
  const added = new Set(add.map(folded));
  const remove = namesOf(rule.remove, scope).filter((name) => !added.has(folded(name)));
  return add.length + remove.length === 0 ? null : { kind: 'tags', dealId, add, remove };
}

function namesOf(texts: string[], scope: Scope): string[] {
  const names = texts.map((text) => renderKommoText(text, scope).replace(/\s+/g, ' ').trim());
  const filled = names.filter((name) => name !== '');
  return [...new Map(filled.map((name) => [folded(name), name])).values()];
}

function folded(name: string): string {
  return name.toLowerCase();
}
