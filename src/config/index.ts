export { parseDuration } from './duration.ts';
export { type LoadResult, loadConfig } from './load.ts';
export { type ConfigProblem, formatProblems } from './problems.ts';
export { REPORT_NAMES } from './reports.ts';
export { type ResolveResult, resolveRules } from './resolve.ts';
export { type Secret, secret } from './secret.ts';
export type { Source } from './sources.ts';
export type {
  Config,
  ConnectionConfig,
  InactivityConfig,
  ReactionConfig,
  StageConfig,
  TaskConfig,
} from './types.ts';
export type { Environment } from './variables.ts';
