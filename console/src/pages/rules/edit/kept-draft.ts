import type { Draft } from '../../../api/types.ts';
import { type RulesForm, treeOf } from './form.ts';

/**
 * What somebody has edited last: the form, which goes into the text that it was read from (whose comments stay), or
 * the text alone.
 */
export interface Edited {
  text: string;
  form?: RulesForm;
}

export interface KeptDraft {
  edited: Edited;
  /** The version that it was begun on. */
  basedOn: number;
}

export function asDraft({ text, form }: Edited): Draft {
  return form ? { text, tree: treeOf(form) } : { text };
}

/** Another one when what is kept looks different: a console that was updated then begins anew. */
const SHAPE = 1;

/** A draft belongs to a browser tab and a user, so that nobody publishes another user's draft by mistake. */
function keyOf(connection: string, user: string): string {
  return `stagepost.rules-draft.${SHAPE}.${JSON.stringify([user, connection])}`;
}

export function recallDraft(connection: string, user: string): KeptDraft | null {
  const kept = window.sessionStorage.getItem(keyOf(connection, user));
  return kept === null ? null : (JSON.parse(kept) as KeptDraft);
}

/** @param draft null: forgets it */
export function keepDraft(connection: string, user: string, draft: KeptDraft | null): void {
  const key = keyOf(connection, user);
  if (draft === null) window.sessionStorage.removeItem(key);
  else window.sessionStorage.setItem(key, JSON.stringify(draft));
}
