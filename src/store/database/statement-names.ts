/** How many statements are kept prepared: more than there are queries in the code, unless their text varies. */
const MAX_NAMES = 200;
/** How many texts that were seen once are remembered. */
const MAX_SEEN_ONCE = 2_000;

/**
 * Gives a name to the text of a repeated statement. Under that name the database prepares it once, and does not parse it
 * again.
 *
 * A server may then use a generic plan. So a value in the condition of a partial index, such as a state, must be a literal
 * in the text (`sql.lit`): the planner cannot know that the index covers a parameter. test/store/short-statements.test.ts
 * counts the rows that are read.
 */
export interface StatementNames {
  /** The name, from the second use on; null for a text that must not be prepared. */
  of(text: string): string | null;
  /** To be called when the prepared statement has become unusable. The text gets another name at its next use. */
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
