import type { Catalog } from '../../domain/entities.ts';
import type { ConfigProblem, KeyPath } from '../problems.ts';
import type { RulesConfig } from '../types.ts';

/** Rules whose names are being resolved against what the account has, and what was found wrong so far. */
export interface Resolution {
  rules: RulesConfig;
  catalog: Catalog;
  problems: ConfigProblem[];
  /** What the rules work without. */
  warnings: ConfigProblem[];
}

export function refuse(
  { problems, rules }: Resolution,
  path: KeyPath,
  { message, hint }: { message: string; hint: string },
): void {
  problems.push(rules.problem(path, message, hint));
}

export function warn(
  { warnings, rules }: Resolution,
  path: KeyPath,
  message: string,
  hint: string,
  at?: 'key',
): void {
  warnings.push(rules.problem(path, message, hint, at));
}
