export { secret } from '../lib/secret.ts';
export { type ConnectionFiles, connectionFiles } from './connection-file.ts';
export { type LoadResult, loadConfig } from './load.ts';
export { loadRules, readRulesTree } from './load-rules.ts';
export { pausedSince } from './paused-since.ts';
export { type ConfigProblem, formatKeyPath, formatProblems, parseKeyPath } from './problems.ts';
export { REPORT_NAMES } from './reports.ts';
export { resolveRules } from './resolve/resolve.ts';
export { ruleChanges } from './rule-changes.ts';
export {
  type ConnectionForm,
  changedForm,
  connectionForms,
  type FormChange,
  loadStoredConnection,
  requestsPerSecondOf,
} from './stored-connection.ts';
export { costlyTexts } from './text-costs.ts';
export type {
  AlertsConfig,
  Config,
  ConnectionConfig,
  KommoAccess,
  ReceiverConfig,
  RuleContents,
  RulesConfig,
} from './types.ts';
export { type Environment, type VariableFault, variablesIn } from './variables.ts';
export { connectionsIn, extractRules, isWholeFile } from './yaml-edit/extract-rules.ts';
export { writeRules } from './yaml-edit/write-rules.ts';
