import type { ActionOf } from '../actions.ts';
import type { Scope, TextRenderer } from '../rules/render-text.ts';
import type { TagRule } from '../rules/rules.ts';

/**
 * The tags that a rule adds and removes, as an action; null where all of its texts render to nothing. Tag names are
 * compared ignoring case, as Kommo does; a tag that is both added and removed is added.
 * @param owner names the rule within a sentence, for errors: `the reaction "email_opened"`
 * @throws TemplateError
 */
export function tagChanges(
  rule: TagRule,
  dealId: number,
  scope: Scope,
  texts: TextRenderer,
  owner: string,
): ActionOf<'tags'> | null {
  const namesOf = (sources: string[]) =>
    tagNames(sources.map((source) => texts.renderForKommo(source, scope, `A tag of ${owner}`)));
  const add = namesOf(rule.add);
  const added = new Set(add.map(folded));
  const remove = namesOf(rule.remove).filter((name) => !added.has(folded(name)));
  return add.length + remove.length === 0 ? null : { kind: 'tags', dealId, add, remove };
}

function tagNames(texts: string[]): string[] {
  const names = texts.map((text) => text.replace(/\s+/g, ' ').trim());
  const filled = names.filter((name) => name !== '');
  return [...new Map(filled.map((name) => [folded(name), name])).values()];
}

function folded(name: string): string {
  return name.toLowerCase();
}
