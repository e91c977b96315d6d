import { createBackfills } from '../../backfills/backfills.ts';
import { type Config, requestsPerSecondOf } from '../../config/index.ts';
import { createDeadLetters } from '../../failures/dead-letters.ts';
import { recentHealth } from '../../health/recent-health.ts';
import { createHolds } from '../../holds/holds.ts';
import { readReceivers } from '../../store/alerts/receivers.ts';
import { deliveringConnections } from '../../store/connections/delivering.ts';
import { storedConnections } from '../../store/connections/stored-connections.ts';
import type { Database } from '../../store/database/database.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { trace } from '../../store/events/trace.ts';
import { triggerEvidence } from '../../store/events/trigger-evidence.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { readConfig, selectConnection, selectConnections } from './config-file.ts';
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
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(options.data) : null;
  // The server refuses the name of a connection that it does not have: it knows those in the database, too.
  if (server) return work(remoteData(server, options.connection));
  return withDatabase({ dataDir: options.data, url }, async (database) => {
    const connections = await allConnections(database, config);
    const selected = selectConnections({ connections }, options.connection);
    return work(
      localData(
        database,
        config,
        connections,
        selected.map(({ name }) => name),
      ),
    );
  });
}

interface NamedRate {
  name: string;
  /** What Kommo takes from it. */
  requestsPerSecond: number;
}

/** The connections of the file, then those that are only in the database. Their secrets are not needed. */
async function allConnections({ db }: Database, config: Config): Promise<NamedRate[]> {
  const fromFile = config.connections.map(({ name, kommo }) => ({
    name,
    requestsPerSecond: kommo.requestsPerSecond,
  }));
  const names = new Set(fromFile.map(({ name }) => name));
  const stored = (await storedConnections(db)).filter(({ connection }) => !names.has(connection));
  return [
    ...fromFile,
    ...stored.map(({ connection, settings }) => ({
      name: connection,
      requestsPerSecond: requestsPerSecondOf(JSON.parse(settings)),
    })),
  ];
}

/** The connection of this name, or the only one that there is. @throws CommandError */
export async function connectionOf(data: DataAccess, name: string | undefined): Promise<string> {
  const named = (await data.connections()).map((each) => ({ name: each }));
  return selectConnection({ connections: named }, name).name;
}

/** @param names the selected ones of the connections */
function localData(
  database: Database,
  config: Config,
  connections: NamedRate[],
  names: string[],
): DataAccess {
  return {
    backfills: createBackfills({ database, connections: names, actor: COMMANDS, now: () => Date.now() }),
    connections: async () => names,
    holds: createHolds({ database, connections: names, actor: COMMANDS, now: () => Date.now() }),
    letters: createDeadLetters({ database, connections, actor: COMMANDS, now: () => Date.now() }),
    trace: (query) => Promise.all(names.map((name) => trace(database.db, name, query))),
    health: (connections) => recentHealth(database.db, connections),
    failingReceivers: async (receivers) => {
      const states = await readReceivers(database.db, receivers);
      return [...states].flatMap(([name, { failingSince, error }]) =>
        failingSince === null ? [] : [{ name, error: error ?? 'unknown error' }],
      );
    },
    emailEvents: (connections) => triggerEvidence(database.db, connections),
    rules: (name) => localRules(database, config, name),
    status: async () => null,
    // An embedded database is open in one process only, and that is this one: a lease in it is left from a crash.
    isDelivering: async () =>
      database.kind === 'postgres' && (await deliveringConnections(database.db, names)).length > 0,
  };
}
