/** How many statements are kept prepared: more than there are queries in the code, unless their text varies. */
const MAX_NAMES = 200;
/** How many texts that came once are remembered. */
const MAX_SEEN_ONCE = 2_000;

/**
 * Gives a name to the text of a statement that comes again. Under that name the database prepares it once, and does not
 * parse it again.
 *
 * On a server its plan may then be one for any values. So what an index has in its condition, such as a state, must be
 * written out in the text (`sql.lit`): the planner cannot know that the index covers a parameter.
 * test/store/short-statements.test.ts counts the rows that are read.
 */
export interface StatementNames {
  /** The name, from the second time on; null for a text that is not to be prepared. */
  of(text: string): string | null;
  /** The prepared statement cannot be used any more. When the text comes again, it gets another name. */
  forget(text: string): void;
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  const seenOnce = new Set<string>();
  let count = 0;
  return {
    of(text) {
      const name = names.get(text);
      if (name !== undefined || names.size >= MAX_NAMES) return name ?? null;
      const isSecond = seenOnce.delete(text);
      if (!isSecond) {
        if (seenOnce.size >= MAX_SEEN_ONCE) seenOnce.clear();
        seenOnce.add(text);
        return null;
      }
      const fresh = `s${++count}`;
      names.set(text, fresh);
      return fresh;
    },
    forget: (text) => names.delete(text),
  };
}
