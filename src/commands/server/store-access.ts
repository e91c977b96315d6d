import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { createDeadLetters, type DeadLetters } from '../../failures/dead-letters.ts';
import type { Publication, Published, RulesService } from '../../rules-admin/rules-service.ts';
import { deliveringConnections } from '../../store/actions/dead-letters.ts';
import { type Database, openDatabase } from '../../store/database/database.ts';
import { type LockContent, lockData, lockHolder } from '../../store/database/embedded/data-lock.ts';
import { type Trace, trace } from '../../store/events/trace.ts';
import { CommandError, EXIT } from '../common/exit.ts';
import { checkDatabaseUrl, readConfig } from '../common/options.ts';
import { createLocalRules } from '../config/local-rules.ts';
import { createRemote, type ServerStatus } from './store-remote.ts';

export interface AccessOptions {
  config: string;
  data: string;
  /** Only this one. */
  connection?: string | undefined;
  /** As `loadConfig` has it. */
  leftRules?: 'ignored';
}

/** What Stagepost has stored, wherever it lies. */
export interface StoreAccess {
  letters: DeadLetters;
  trace(query: string): Promise<Trace[]>;
  /** The state of the connections and their lanes; null where no server can be asked. */
  status(): Promise<ServerStatus | null>;
  /** Where a connection's rules are kept. */
  rules(connection: string): RuleAccess;
  /** Whether somebody delivers now what is handed to the lanes. */
  isDelivering(): Promise<boolean>;
}

/** What the commands do with rules. Problems of rules are answered; all else throws CommandError. */
export type RuleAccess = Pick<RulesService, 'source' | 'versions' | 'check'> & {
  publish(publication: Publication): Promise<Published>;
};

/**
 * Runs `work` on the data: by the running server where one has the data folder, else in the database itself (of
 * `DATABASE_URL`, or the folder's, which nobody else may have open then). Never makes a database.
 * @throws CommandError in words for a person.
 */
export async function withStore<T>(
  options: AccessOptions,
  work: (store: StoreAccess) => Promise<T>,
): Promise<T> {
  const { config } = readConfig(options.config, process.env, options.leftRules);
  const names = connectionsOf(config, options.connection);
  checkDatabaseUrl(process.env.DATABASE_URL);
  if (process.env.DATABASE_URL)
    return inDatabase(config, names, { databaseUrl: process.env.DATABASE_URL }, work);
  const holder = lockHolder(options.data);
  if (holder) return work(remoteAccess(holder, options.connection));
  return inFolder(config, names, options.data, work);
}

function connectionsOf({ connections }: Config, only: string | undefined): string[] {
  const names = connections.map(({ name }) => name);
  if (only === undefined) return names;
  if (names.includes(only)) return [only];
  throw new CommandError(`There is no connection "${only}". There are: ${names.join(', ')}.`, EXIT.usage);
}

function remoteAccess(holder: LockContent, connection: string | undefined): StoreAccess {
  if (!holder.url) throw new CommandError('Stagepost is just starting. Try again in a moment.');
  const remote = createRemote(holder.url, holder.token);
  return {
    ...remote,
    trace: (query) => remote.trace(query, connection),
    isDelivering: async () => true,
  };
}

/** The folder's database, while nobody else has it. */
async function inFolder<T>(
  config: Config,
  names: string[],
  dataDir: string,
  work: (store: StoreAccess) => Promise<T>,
): Promise<T> {
  if (!existsSync(join(dataDir, 'db'))) {
    throw new CommandError(
      `There is no database in ${dataDir}. Does Stagepost run with another --data folder?`,
    );
  }
  const lock = lockOrSay(dataDir);
  try {
    return await inDatabase(config, names, { dataDir }, work);
  } finally {
    lock.release();
  }
}

function lockOrSay(dataDir: string) {
  try {
    return lockData(dataDir, randomUUID());
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function inDatabase<T>(
  config: Config,
  names: string[],
  { dataDir, databaseUrl }: { dataDir?: string; databaseUrl?: string },
  work: (store: StoreAccess) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ dataDir: dataDir ?? null, databaseUrl, onError: () => {} });
  try {
    return await work(localAccess(database, config, names));
  } finally {
    await database.close();
  }
}

function localAccess(database: Database, config: Config, names: string[]): StoreAccess {
  const connections = config.connections.map(({ name, kommo }) => ({
    name,
    requestsPerSecond: kommo.requestsPerSecond,
  }));
  return {
    letters: createDeadLetters({ database, connections, now: () => Date.now() }),
    trace: (query) => Promise.all(names.map((name) => trace(database.db, name, query))),
    rules: (name) => createLocalRules(database, config, name),
    status: async () => null,
    // The folder's lock is ours: a lease in there is what a process left that has ended.
    isDelivering: async () =>
      database.kind === 'postgres' && (await deliveringConnections(database.db, names)).length > 0,
  };
}
