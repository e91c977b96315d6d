import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { UnresolvedRules } from '../cluster/rules-reload.ts';
import {
  type ConfigProblem,
  type ConnectionConfig,
  loadRules,
  type RulesConfig,
  resolveRules,
} from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { Db } from '../store/database/database.ts';
import { newestRules } from '../store/rule-versions.ts';

/** Names in the rules that do not exist in the Kommo account. */
export class UnresolvedNames extends Error {
  readonly problems: ConfigProblem[];
  constructor(problems: ConfigProblem[], rules = 'The configuration') {
    const [first] = problems;
    super(`${rules} names what does not exist in Kommo${first ? `: ${first.path}: ${first.message}` : ''}.`);
    this.name = 'UnresolvedNames';
    this.problems = problems;
  }
}

/** Rules as a connection has them now: those of the file, or the version that was published last. */
export interface ActiveRules {
  /** 0: nothing was published yet. Null where the file gives them. */
  version: number | null;
  rules: RulesConfig;
}

/** @throws where what was published cannot be read (by an older Stagepost, say). */
export async function loadActiveRules(config: ConnectionConfig, db: Db): Promise<ActiveRules> {
  if (config.rulesIn === 'file') return { version: null, rules: config };
  const published = await newestRules(db, config.name);
  const { version, text } = published ?? { version: 0, text: '' };
  const loaded = loadRules(text);
  if (loaded.ok) return { version, rules: loaded.rules };
  const { path, message } = loaded.problems[0]!;
  throw new Error(`Version ${version} of the rules of ${config.name} cannot be read: ${path}: ${message}.`);
}

/** Gives a connection's host the rules that count. */
export function rulesLoader(config: ConnectionConfig, log: Logger): (db: Db) => Promise<UnresolvedRules> {
  const hash = createHash('sha256').update(JSON.stringify(config)).digest('base64url');
  return async (db) => {
    const { version, rules } = await loadActiveRules(config, db);
    return {
      version,
      configuration: version === null ? hash : `${hash} ${version}`,
      resolve: (catalog) => resolved(config.name, version, rules, catalog, log),
    };
  };
}

function resolved(
  connection: string,
  version: number | null,
  rules: RulesConfig,
  catalog: Catalog,
  log: Logger,
): Rules {
  const result = resolveRules(rules, catalog);
  const what = version === null ? undefined : `Version ${version} of the rules of ${connection}`;
  if (!result.ok) throw new UnresolvedNames(result.problems, what);
  for (const { message, path, hint } of result.warnings) log.warn({ connection, path, hint }, message);
  return result.rules;
}
