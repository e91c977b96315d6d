import type { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import { type Finding, type Hint, type KeyPath, listOf, type ProblemAt } from './problems.ts';
import { shapeAt } from './shape.ts';
import type { Tree } from './tree.ts';

/** For how many unknown keys of one map the key that was meant is searched. */
const MAX_NEAREST = 20;

/** Converts the schema's issues to problems with a message and a place in the file. */
export function problemsOfIssues(
  schema: z.core.$ZodType,
  issues: readonly z.core.$ZodIssue[],
  tree: Tree,
  problem: ProblemAt,
): Finding[] {
  /** Missing keys that an unknown key was most likely meant to be: they are not reported as missing, too. */
  const meant = new Set<string>();
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const path = keyPath(issue.path);
    const known = Object.keys(shapeAt(schema, path) ?? {});
    return issue.keys.map((key, index) => {
      const near = index < MAX_NEAREST ? nearest(key, known) : null;
      if (near) meant.add(problem([...path, near], '').path);
      const hint = near ? `Did you mean "${near}"?` : `Known keys: ${listOf(known)}.`;
      return problem([...path, key], `unknown key "${key}"`, hint, 'key');
    });
  });
  const others = issues
    .filter((issue) => issue.code !== 'unrecognized_keys')
    .map((issue) => describe(schema, issue, tree, problem))
    .filter((found) => !(found.message === 'is missing' && meant.has(found.path)));
  return [...unknown, ...others];
}

function describe(schema: z.core.$ZodType, issue: z.core.$ZodIssue, tree: Tree, problem: ProblemAt): Finding {
  const path = keyPath(issue.path);
  if (issue.code === 'custom') return problem(path, issue.message, issue.params?.hint as Hint | undefined);
  if (valueAt(tree, path) === undefined) return problem(path, 'is missing');
  if (issue.code !== 'invalid_type') return problem(path, issue.message);
  if (issue.expected === 'array') return problem(path, 'must be a list', 'Start each item with "- ".');
  const known = Object.keys(shapeAt(schema, path) ?? {});
  const hint = known.length > 0 ? `It has ${listOf(known)}.` : undefined;
  return problem(path, 'must have keys below it', hint);
}

function keyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function valueAt(tree: Tree, path: KeyPath): Tree | undefined {
  return path.reduce<Tree | undefined>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as { [key: string]: Tree })[step];
  }, tree);
}
