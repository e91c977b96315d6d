export { parseDuration } from '../lib/duration.ts';
export { type Secret, secret } from '../lib/secret.ts';
export { type LoadResult, loadConfig } from './load.ts';
export { type LoadRulesResult, loadRules, readRulesTree } from './load-rules.ts';
export { type ConfigProblem, formatKeyPath, formatProblems, parseKeyPath } from './problems.ts';
export { REPORT_NAMES } from './reports.ts';
export { type ResolveResult, resolveRules } from './resolve.ts';
export { ruleChanges } from './rule-changes.ts';
export type { ValueSource as Source } from './sources.ts';
export type {
  Config,
  ConnectionConfig,
  InactivityConfig,
  ReactionConfig,
  RulesConfig,
  StageConfig,
  TaskConfig,
} from './types.ts';
export type { Environment } from './variables.ts';
export { connectionsIn, extractRules, isWholeFile } from './yaml-edit/extract-rules.ts';
export { writeRules } from './yaml-edit/write-rules.ts';
