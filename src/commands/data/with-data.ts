import type { Config } from '../../config/index.ts';
import { createDeadLetters } from '../../failures/dead-letters.ts';
import { recentHealth } from '../../health/recent-health.ts';
import { readReceivers } from '../../store/alerts/receivers.ts';
import { deliveringConnections } from '../../store/connections/delivering.ts';
import type { Database } from '../../store/database/database.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { trace } from '../../store/events/trace.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { readConfig, selectConnections } from './config-file.ts';
import { databaseUrl, withDatabase } from './database.ts';
import { localRules } from './local-rules.ts';
import { remoteData } from './remote.ts';
import type { DataAccess } from './types.ts';

export interface DataOptions {
  config: string;
  data: string;
  /** Only this one. */
  connection?: string | undefined;
  /** As for `loadConfig`. */
  leftRules?: 'ignored';
}

/**
 * Runs `work` on Stagepost's data: through the running server where one has the data folder open, else in the database.
 * @throws CommandError
 */
export async function withData<T>(options: DataOptions, work: (data: DataAccess) => Promise<T>): Promise<T> {
  const { config } = readConfig(options.config, process.env, options.leftRules);
  const names = selectConnections(config, options.connection).map(({ name }) => name);
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(options.data) : null;
  if (server) return work(remoteData(server, options.connection));
  return withDatabase({ dataDir: options.data, url }, (database) => work(localData(database, config, names)));
}

function localData(database: Database, config: Config, names: string[]): DataAccess {
  const connections = config.connections.map(({ name, kommo }) => ({
    name,
    requestsPerSecond: kommo.requestsPerSecond,
  }));
  return {
    letters: createDeadLetters({ database, connections, actor: COMMANDS, now: () => Date.now() }),
    trace: (query) => Promise.all(names.map((name) => trace(database.db, name, query))),
    health: (connections) => recentHealth(database.db, connections),
    failingReceivers: async (receivers) => {
      const states = await readReceivers(database.db, receivers);
      return [...states].flatMap(([name, { failingSince, error }]) =>
        failingSince === null ? [] : [{ name, error: error ?? 'unknown error' }],
      );
    },
    rules: (name) => localRules(database, config, name),
    status: async () => null,
    // An embedded database is open in one process only, and that is this one: a lease in it is left from a crash.
    isDelivering: async () =>
      database.kind === 'postgres' && (await deliveringConnections(database.db, names)).length > 0,
  };
}
