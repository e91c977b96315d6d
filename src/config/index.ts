export { type Secret, secret } from '../lib/secret.ts';
export { type LoadResult, loadConfig } from './load.ts';
export { loadRules, readRulesTree } from './load-rules.ts';
export { type ConfigProblem, formatKeyPath, formatProblems, parseKeyPath } from './problems.ts';
export { REPORT_NAMES } from './reports.ts';
export { resolveRules } from './resolve/resolve.ts';
export { ruleChanges } from './rule-changes.ts';
export { costlyTexts } from './text-costs.ts';
export type {
  AlertsConfig,
  Config,
  ConnectionConfig,
  ReceiverConfig,
  RuleContents,
  RulesConfig,
} from './types.ts';
export { connectionsIn, extractRules, isWholeFile } from './yaml-edit/extract-rules.ts';
export { writeRules } from './yaml-edit/write-rules.ts';
