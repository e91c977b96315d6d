import type { Catalog } from '../../domain/entities.ts';
import type { Finding, Hint, KeyPath } from '../problems.ts';
import type { RulesConfig } from '../types.ts';

/** Rules whose names are being resolved against what the account has, and what was found wrong so far. */
export interface Resolution {
  rules: RulesConfig;
  catalog: Catalog;
  problems: Finding[];
  /** What the rules work without. */
  warnings: Finding[];
}

export function refuse(
  { problems, rules }: Resolution,
  path: KeyPath,
  { message, hint }: { message: string; hint: Hint },
): void {
  problems.push(rules.problem(path, message, hint));
}

export function warn(
  { warnings, rules }: Resolution,
  path: KeyPath,
  message: string,
  hint: Hint,
  at?: 'key',
): void {
  warnings.push(rules.problem(path, message, hint, at));
}
