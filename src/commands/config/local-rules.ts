import type { Config } from '../../config/index.ts';
import { HttpError } from '../../http/api/routes.ts';
import { publishMessage } from '../../http/api/rules/handler.ts';
import { createRulesService } from '../../rules-admin/service.ts';
import { loadCatalog } from '../../store/connections/connections.ts';
import type { Database } from '../../store/database/database.ts';
import { addAudit } from '../../store/users/audit.ts';
import { CommandError } from '../common/exit.ts';
import type { RuleAccess } from '../server/store-access.ts';

/** As the server names whoever has the folder's token. */
const WHO = 'the commands';

/** A connection's rules straight in the database. Names are those that were last read from Kommo. */
export function createLocalRules(database: Database, config: Config, name: string): RuleAccess {
  const { db } = database;
  const desk = createRulesService({
    config: config.connections.find((connection) => connection.name === name)!,
    file: config.file,
    database: async () => database,
    catalog: () => loadCatalog(db, name),
    freshCatalog: async () => null,
    published: async () => database.notify({ type: 'rules_published', connection: name }),
    trial: null,
    now: Date.now,
  });
  return {
    source: (version) => inWords(desk.source(version)),
    versions: () => inWords(desk.versions()),
    check: (draft) => inWords(desk.check(draft)),
    async publish(publication) {
      const published = await inWords(desk.publish(publication, WHO));
      const detail = publishMessage(name, published.version, publication);
      await addAudit(db, { at: Date.now(), who: WHO, what: 'rules_published', detail, address: null });
      return published;
    },
  };
}

async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof HttpError ? new CommandError(error.message) : error;
  }
}
