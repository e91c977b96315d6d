import { buildRules } from './build.ts';
import { checkRules } from './checks/checks.ts';
import { problemsOfIssues } from './issues.ts';
import { RULES_LIMITS } from './limits.ts';
import { type ConfigProblem, shownProblems } from './problems.ts';
import { rulesSchema } from './schema.ts';
import { readTree, type Tree } from './tree.ts';
import type { RulesConfig } from './types.ts';
import { asWritten, withoutVariables } from './variables.ts';

export type LoadRulesResult =
  | { ok: true; rules: RulesConfig; warnings: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[]; warnings: ConfigProblem[] };

/**
 * Reads rules alone, as the console keeps them: the keys `person`, `stages`, `reactions`, `inactivity` and
 * `skip_moves_after` and `wait_for_contact` of a connection, at the top level. Error messages are the same as for stagepost.yaml. Pure, and
 * never throws. An empty text means rules that do nothing.
 */
export function loadRules(text: string): LoadRulesResult {
  const { tree: read, locations, problems, warnings } = readTree(text, withoutVariables, RULES_LIMITS);
  if (!isStorable(text)) problems.push(unstorable());
  if (read === undefined) return { ok: false, problems: shownProblems(problems), warnings: [] };
  const tree = read === null || read === '' ? {} : read;
  const parsed = rulesSchema.safeParse(tree);
  const across = checkRules(tree, locations.problem);
  const issues = problemsOfIssues(rulesSchema, parsed.error?.issues ?? [], tree, locations.problem);
  const holes = new Set(problems.map(({ path }) => path));
  problems.push(...[...issues, ...across.problems].filter(({ path }) => !holes.has(path)));
  const allWarnings = shownProblems([...warnings, ...across.warnings], 'warning');
  if (problems.length > 0 || !parsed.success)
    return { ok: false, problems: shownProblems(problems), warnings: allWarnings };
  return { ok: true, rules: buildRules(parsed.data, locations.problem), warnings: allWarnings };
}

/** The rules of a text as plain data, every scalar as a text; null where the text is not a map of keys. */
export function readRulesTree(text: string): { [key: string]: Tree } | null {
  const { tree } = readTree(text, asWritten, RULES_LIMITS);
  if (tree === null || tree === '') return {};
  return typeof tree === 'object' && !Array.isArray(tree) ? tree : null;
}

/** The published text is stored byte for byte, so it must be valid UTF-8 that PostgreSQL can store. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function unstorable(): ConfigProblem {
  const hint = 'Write it with an editor that saves UTF-8.';
  return { message: 'the text holds a character that no text has', path: '', line: 1, column: 1, hint };
}
