import { build } from './build.ts';
import { checkTree, takeLeftRules } from './checks.ts';
import { problemsOfIssues } from './issues.ts';
import { type ConfigProblem, sortProblems } from './problems.ts';
import { schema } from './schema.ts';
import { readTree, type TreeResult } from './tree.ts';
import type { Config } from './types.ts';
import { type Environment, substitute } from './variables.ts';
import { rulesTextOf } from './yaml-edit/extract-rules.ts';

export type LoadResult =
  | { ok: true; config: Config; warnings: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[] };

/**
 * Reads stagepost.yaml. Pure, and never throws: all that is wrong comes back at once, in the order of
 * the file.
 *
 * @param source.text what stands in the file
 * @param source.file its name, for messages
 * @param source.env where `${NAME}` is looked up
 * @param source.leftRules `ignored`: rules that stand here though the console keeps them are no mistake
 */
export function loadConfig(source: {
  text: string;
  file: string;
  env: Environment;
  leftRules?: 'ignored';
}): LoadResult {
  const read = readTree(source.text, (text) => substitute(text, source.env));
  const { tree, locations } = read;
  if (tree === undefined) return { ok: false, problems: sortProblems(read.problems) };
  if (tree === null || tree === '') return { ok: false, problems: [...read.problems, empty()] };

  const left = takeLeftRules(tree, locations.problem);
  if (source.leftRules !== 'ignored') read.problems.push(...left);
  const parsed = schema.safeParse(tree);
  const across = checkTree(tree, locations.problem);
  const issues = problemsOfIssues(schema, parsed.error?.issues ?? [], tree, locations.problem);
  // A variable that is not set leaves a hole; what the schema says about the hole helps nobody.
  const holes = new Set(read.problems.map((problem) => problem.path));
  const found = [...issues, ...across.problems].filter((problem) => !holes.has(problem.path));
  const hide = valuesHider(read);
  const problems = [...read.problems, ...found].map(hide);
  if (problems.length > 0 || !parsed.success) return { ok: false, problems: sortProblems(problems) };

  const warnings = [...read.warnings, ...across.warnings].map(hide);
  const config = build(parsed.data, source.file, locations.problem, (connection) =>
    rulesTextOf(source.text, connection),
  );
  return { ok: true, config, warnings: sortProblems(warnings) };
}

function empty(): ConfigProblem {
  return { message: 'the file is empty', path: '', line: 1, column: 1, hint: 'Start with connections:' };
}

/** A shorter value may by chance be a word of ours. */
const LONG = 8;

/** What came from the environment may be a secret that got into the wrong key: names the variable instead. */
function valuesHider({ substituted }: TreeResult): (problem: ConfigProblem) => ConfigProblem {
  // Words about one place may quote another: the events that there are. Spaces around a text are no part of it there.
  const all = [...substituted.values()].flatMap(({ used }) => used);
  const byValue = new Map(all.map(({ name, value }) => [value.trim(), name]));
  const anywhere = [...byValue]
    .map(([value, name]) => ({ name, value }))
    .filter(({ value }) => value.length >= LONG);

  return (problem) => {
    const here = substituted.get(problem.path)?.used ?? [];
    // The longest first: a value may be a part of another one.
    const hidden = [...here, ...anywhere].sort((a, b) => b.value.length - a.value.length);
    const mask = (text: string) =>
      hidden.reduce((masked, { name, value }) => {
        const written = `\${${name}}`;
        // A short one is meant where it is quoted.
        return value.length < LONG
          ? masked.replaceAll(`"${value}"`, () => `"${written}"`)
          : masked.replaceAll(value, () => written);
      }, text);
    const names = [...new Set(here.map(({ name }) => name))].join(', ');
    const isNotSet = problem.message.startsWith('the variable ');
    const from = names === '' || isNotSet ? '' : `The value comes from ${names}.`;
    const hint = [mask(problem.hint ?? ''), from].filter(Boolean).join(' ');
    return { ...problem, message: mask(problem.message), ...(hint ? { hint } : {}) };
  };
}
