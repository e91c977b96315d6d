import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { UnresolvedRules } from '../cluster/startup-rules.ts';
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

/** The rules name pipelines, stages or fields that the Kommo account does not have. */
export class UnresolvedNames extends Error {
  readonly problems: ConfigProblem[];
  /** @param subject the text that contains the names: the beginning of the message */
  constructor(problems: ConfigProblem[], subject = 'The configuration') {
    const [first] = problems;
    super(
      `${subject} names something that Kommo does not have${first ? `: ${first.path}: ${first.message}` : ''}.`,
    );
    this.name = 'UnresolvedNames';
    this.problems = problems;
  }
}

/** The active rules of a connection: those of the file, or the newest published version. */
export interface ActiveRules {
  /** 0: none is published yet. Null where the rules come from the file. */
  version: number | null;
  rules: RulesConfig;
}

/**
 * The version of each connection that was read last. Parsing its text takes milliseconds, and several parts of a process need
 * the same rules: with thousands of connections that would be half of the start. A version's text never changes.
 */
const lastRead = new WeakMap<ConnectionConfig, ActiveRules & { digest: string }>();

/** @throws Error where the published text is not valid, for example because a newer Stagepost wrote it. */
export async function loadActiveRules(config: ConnectionConfig, db: Db): Promise<ActiveRules> {
  if (config.rulesIn === 'file') return { version: null, rules: config };
  const published = await newestRules(db, config.name);
  const { version, text } = published ?? { version: 0, text: '' };
  const last = lastRead.get(config);
  // A restored database may have another text under the same number.
  const digest = createHash('sha256').update(text).digest('base64url');
  if (last?.version === version && last.digest === digest) return { version, rules: last.rules };
  const loaded = loadRules(text);
  if (loaded.ok) {
    lastRead.set(config, { version, digest, rules: loaded.rules });
    return { version, rules: loaded.rules };
  }
  const { path, message } = loaded.problems[0]!;
  throw new Error(`Version ${version} of the rules of ${config.name} cannot be read: ${path}: ${message}.`);
}

/**
 * Loads a connection's active rules for its supervisor. `configuration` changes whenever the configuration or the published
 * version does, so that the supervisor knows when to resolve names again.
 */
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
  const subject = version === null ? undefined : `Version ${version} of the rules of ${connection}`;
  if (!result.ok) throw new UnresolvedNames(result.problems, subject);
  for (const { message, path, hint } of result.warnings) log.warn({ connection, path, hint }, message);
  return result.rules;
}
