import { useEffect, useMemo, useState } from 'react';
import type { Draft, RuleSource } from '../../../api/types.ts';
import { formOf, type RulesForm } from './form.ts';
import { asDraft, type Edited, type KeptDraft, keepDraft, recallDraft } from './kept-draft.ts';
import { type Check, useCheck } from './useCheck.ts';

export interface EditedRules {
  /** As the API takes it. */
  draft: Draft;
  /** Null where the text cannot be read as rules. */
  form: RulesForm | null;
  changeForm(change: (form: RulesForm) => RulesForm): void;
  /** Null while the form is ahead of it. */
  text: string | null;
  changeText(text: string): void;
  /** Something was edited since the rules were read. */
  isTouched: boolean;
  /** The version it was begun on is not the newest any more. */
  isBehind: boolean;
  basedOn: number;
  /** Takes the newest version as the one that is edited; what was edited stays. */
  catchUp(): void;
  forget(): void;
  check: Check;
}

/** The draft of one connection's rules: two views, form and text, of which the other follows through the server. */
export function useDraft(source: RuleSource, user: string): EditedRules {
  const { connection, version, text: published, tree } = source;
  const fresh = useMemo((): Edited => ({ text: published }), [published]);
  const [kept, setKept] = useState<KeptDraft | null>(() => recallDraft(connection, user));
  useEffect(() => keepDraft(connection, user, kept), [connection, user, kept]);

  const edited = kept?.edited ?? fresh;
  const basedOn = kept?.basedOn ?? version;
  const check = useCheck(connection, edited);
  const { checked, isFresh } = check;
  // The answer about an older draft must not stand in for this one's.
  const answered = isFresh ? checked : undefined;
  const form = useMemo(() => {
    if (edited.form) return edited.form;
    const read = answered ? answered.tree : edited === fresh ? tree : null;
    return read && formOf(read);
  }, [edited, fresh, answered, tree]);

  const edit = (next: Edited) => setKept({ edited: next, basedOn });
  return {
    draft: useMemo(() => asDraft(edited), [edited]),
    form,
    changeForm: (change) => form && edit({ text: edited.text, form: change(form) }),
    text: edited.form ? (answered?.text ?? null) : edited.text,
    changeText: (text) => edit({ text }),
    isTouched: kept !== null,
    isBehind: basedOn !== version,
    basedOn,
    catchUp: () => setKept({ edited, basedOn: version }),
    forget: () => setKept(null),
    check,
  };
}
