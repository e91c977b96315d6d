import type { Finding, Hint, KeyPath, ProblemAt } from '../problems.ts';
import type { Tree } from '../tree.ts';

export interface Findings {
  problems: Finding[];
  warnings: Finding[];
}

/** Collects what the checks find. */
export interface Reporter {
  problem: ProblemAt;
  findings: Findings;
}

type At = 'key' | 'value';

export function refuse(
  reporter: Reporter,
  path: KeyPath,
  message: string,
  hint?: Hint,
  at: At = 'key',
): void {
  reporter.findings.problems.push(reporter.problem(path, message, hint, at));
}

export function warn(reporter: Reporter, path: KeyPath, message: string, hint?: Hint, at: At = 'key'): void {
  reporter.findings.warnings.push(reporter.problem(path, message, hint, at));
}

/** A map of the tree. */
export type Entries = { [key: string]: Tree };

export function isEntries(tree: Tree | undefined): tree is Entries {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

/** Empty where the value is not a map, which the schema reports. */
export function entriesOf(tree: Tree | undefined): Entries {
  return isEntries(tree) ? tree : {};
}

export function itemsOf(tree: Tree | undefined): Tree[] {
  return Array.isArray(tree) ? tree : [];
}
