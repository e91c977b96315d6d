/** Statements that are kept. Their number is that of the queries in the code, but for lists of changing length. */
const MOST = 200;
const MOST_SEEN = 2_000;

/**
 * Gives a name to a statement's text that comes again: it can be prepared by it, and is parsed and planned no more.
 *
 * Then its plan is one for any values. So what an index has in its condition, a state say, must be written out in the
 * text (`sql.lit`): of a parameter the planner cannot know that the index has it. test/store/short-statements.test.ts counts
 * what is read.
 */
export interface StatementNames {
  /** From its second time on; null for a text that is not to be prepared. */
  of(text: string): string | null;
  /** What the database has under that name is of no use. If the text comes again, it gets another one. */
  forget(text: string): void;
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  let count = 0;
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined || names.size >= MOST) return known ?? null;
      const isSecond = seen.delete(text);
      if (!isSecond) {
        if (seen.size >= MOST_SEEN) seen.clear();
        seen.add(text);
        return null;
      }
      const name = `s${++count}`;
      names.set(text, name);
      return name;
    },
    forget: (text) => names.delete(text),
  };
}
