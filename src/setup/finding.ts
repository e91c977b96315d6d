import type { SetupFinding } from './schemas.ts';

type Part = Partial<Pick<SetupFinding, 'field' | 'todo' | 'url'>>;

const finding =
  (level: SetupFinding['level']) =>
  (code: string, sentence: string, { field = null, todo = null, url = null }: Part = {}): SetupFinding => ({
    ...{ code, level, field, sentence, todo, url },
  });

/** An answer that was accepted. */
export const good = finding('good');
/** Something worth knowing. */
export const note = finding('note');
/** The step can be done, and something will be missing. */
export const warning = finding('warning');
/** The step cannot be done with this answer. */
export const problem = finding('problem');
