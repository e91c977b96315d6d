import { build } from './build.ts';
import { checkTree, takeLeftRules } from './checks/checks.ts';
import { problemsOfIssues } from './issues.ts';
import { FILE_LIMITS } from './limits.ts';
import { type ConfigProblem, type Finding, shownProblems } from './problems.ts';
import { schema } from './schema.ts';
import { readTree, type TreeResult } from './tree.ts';
import type { Config } from './types.ts';
import {
  type Environment,
  type Filling,
  substitute,
  type UsedVariable,
  type VariableAdvice,
} from './variables.ts';
import { rulesTextOf } from './yaml-edit/extract-rules.ts';

export type LoadResult =
  | { ok: true; config: Config; warnings: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[] };

/**
 * Reads stagepost.yaml. Pure, and never throws: all problems are returned at once, in the order of the file.
 *
 * @param source.text the text of the file
 * @param source.file its name, for messages
 * @param source.env the values of `${NAME}`
 * @param source.advice why variables cannot be used, what to do about missing ones, and where values come from
 * @param source.leftRules `ignored`: rules in the file are not a mistake although the console keeps them
 */
export function loadConfig(source: {
  text: string;
  file: string;
  env: Environment;
  leftRules?: 'ignored';
  advice?: VariableAdvice | undefined;
}): LoadResult {
  const fill: Filling = (text) => substitute(text, source.env, source.advice);
  const read = readTree(source.text, fill, FILE_LIMITS);
  const { tree, locations } = read;
  if (tree === undefined) return { ok: false, problems: shownProblems(read.problems) };
  if (tree === null || tree === '')
    return { ok: false, problems: shownProblems([...read.problems, empty()]) };

  const left = takeLeftRules(tree, locations.problem);
  if (source.leftRules !== 'ignored') read.problems.push(...left);
  const parsed = schema.safeParse(tree);
  const across = checkTree(tree, locations.problem);
  const issues = problemsOfIssues(schema, parsed.error?.issues ?? [], tree, locations.problem);
  // The schema would report the empty value of a missing variable a second time.
  const holes = new Set(read.problems.map((problem) => problem.path));
  const found = [...across.problems, ...issues].filter((problem) => !holes.has(problem.path));
  const { mask, maskAndExplain } = variableMasks(read, source.advice?.origins);
  const ofReading = new Set(read.problems);
  const problems = [...read.problems, ...found];
  const edit = (problem: Finding) => (ofReading.has(problem) ? mask : maskAndExplain);
  if (problems.length > 0 || !parsed.success)
    return { ok: false, problems: shownProblems(problems, 'mistake', edit) };

  const warnings = [...read.warnings, ...across.warnings];
  const config = build(parsed.data, source.file, locations.problem, (connection) =>
    rulesTextOf(source.text, connection),
  );
  return { ok: true, config, warnings: shownProblems(warnings, 'warning', () => maskAndExplain) };
}

function empty(): ConfigProblem {
  return { message: 'the file is empty', path: '', line: 1, column: 1, hint: 'Start with connections:' };
}

/** The shortest value that is masked everywhere: a shorter one may be an ordinary word of a message. */
const MASK_ANYWHERE_FROM = 8;

type Edit = (problem: ConfigProblem) => ConfigProblem;

/**
 * Replaces values of environment variables in messages by the names of the variables: a secret may have got into the
 * wrong key, and a message about one place may quote another. `maskAndExplain` also says which variables the value at
 * the problem's own place came from.
 */
function variableMasks(
  { substituted }: TreeResult,
  origins: ReadonlyMap<string, string> = new Map(),
): { mask: Edit; maskAndExplain: Edit } {
  const used = [...substituted.values()].flatMap((each) => each.used);
  // Trimmed, like the value of a key.
  const byValue = new Map(used.map(({ name, value }) => [value.trim(), name]));
  const longValues = [...byValue]
    .map(([value, name]) => ({ name, value }))
    .filter(({ value }) => value.length >= MASK_ANYWHERE_FROM);
  const usedAt = ({ path }: ConfigProblem) => substituted.get(path)?.used ?? [];

  function mask(problem: ConfigProblem): ConfigProblem {
    // The longest first, since a value may be part of another one.
    const values = [...usedAt(problem), ...longValues].sort((a, b) => b.value.length - a.value.length);
    const { message, hint } = problem;
    return {
      ...problem,
      message: masked(message, values),
      ...(hint ? { hint: masked(hint, values) } : {}),
    };
  }

  return {
    mask,
    maskAndExplain(problem) {
      const names = [...new Set(usedAt(problem).map(({ name }) => origins.get(name) ?? name))];
      const origin = names.length === 0 ? '' : `The value comes from ${names.join(', ')}.`;
      const safe = mask(problem);
      const hint = [safe.hint ?? '', origin].filter(Boolean).join(' ');
      return { ...safe, ...(hint ? { hint } : {}) };
    },
  };
}

function masked(text: string, values: UsedVariable[]): string {
  return values.reduce((result, { name, value }) => {
    const reference = `\${${name}}`;
    // A short value is only replaced where it is quoted.
    return value.length < MASK_ANYWHERE_FROM
      ? result.replaceAll(`"${value}"`, () => `"${reference}"`)
      : result.replaceAll(value, () => reference);
  }, text);
}
