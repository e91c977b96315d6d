import type { Config } from '../../config/index.ts';
import { RuleCases } from '../../rules-admin/cases/rule-cases.ts';
import { runDirectly } from '../../rules-admin/draft-work/draft-tasks.ts';
import { RulesError } from '../../rules-admin/errors.ts';
import { LocalRulesService, type RulesOwner } from '../../rules-admin/local-service.ts';
import { catalogWithTime } from '../../store/connections/catalog.ts';
import type { Database } from '../../store/database/database.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { CommandError } from '../terminal/exit.ts';
import type { RuleAccess } from './types.ts';

const PUBLISHER = { user: 'commands', actor: COMMANDS };

/** A connection's rules in the database of this process. Names are checked against the stored catalog only. */
export function localRules(database: Database, config: Config, name: string): RuleAccess {
  const rules = new LocalRulesService({
    config: config.connections.find((connection) => connection.name === name) ?? inDatabase(name),
    file: config.file,
    database: async () => database,
    storedCatalog: () => catalogWithTime(database.db, name),
    refreshCatalog: async () => null,
    // On PostgreSQL a server may run on another machine.
    onPublished: async () => database.notify({ type: 'rules_published', connection: name }),
    preview: null,
    cases: new RuleCases({
      connection: name,
      db: async () => database.db,
      catalog: async () => (await catalogWithTime(database.db, name))?.catalog ?? null,
      // Requests are not shown.
      origins: { kommo: '', customerio: '' },
      work: runDirectly,
    }),
    work: runDirectly,
    now: Date.now,
  });
  return {
    source: (version) => asCommandError(rules.source(PUBLISHER.user, version)),
    versions: () => asCommandError(rules.versions()),
    check: (draft) => asCommandError(rules.check(PUBLISHER.user, draft)),
    publish: (publication) => asCommandError(rules.publish(publication, PUBLISHER)),
  };
}

/** Its rules are published versions, so that neither its settings nor its secrets are needed. */
function inDatabase(name: string): RulesOwner {
  return { name, rulesIn: 'console', rulesText: () => '' };
}

async function asCommandError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RulesError ? new CommandError(error.message) : error;
  }
}
