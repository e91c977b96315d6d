import {
  type ConcernedWork,
  consequencesOfPause,
  consequencesOfRemoval,
  consequencesOfResumption,
} from '../../connections/consequences.ts';
import {
  ConnectionError,
  exportConnection,
  pauseConnection,
  removeConnection,
  resumeConnection,
} from '../../connections/manage.ts';
import { sharedWith } from '../../connections/shared-accounts.ts';
import { KEY_VARIABLE, openKeyring } from '../../secrets/key-source.ts';
import { connectionAccounts } from '../../store/connections/catalog.ts';
import { storedConnections } from '../../store/connections/stored-connections.ts';
import { openWork } from '../../store/counts/open-work.ts';
import type { Database } from '../../store/database/database.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { withKeyErrors } from '../data/keyring.ts';
import { CommandError } from '../terminal/exit.ts';

/** A connection of the database, as it is listed. */
export interface ListedConnection {
  connection: string;
  url: string;
  /** Since when it is paused, ms; null where it is not. */
  pausedSince: number | null;
  /** Other connections with the same Kommo account, and with the same Customer.io workspace. */
  shares: { kommo: string[]; customerio: string[] };
}

/** The connections of the database: in a running server that has the data folder open, or in the database itself. */
export interface ConnectionAccess {
  list(): Promise<ListedConnection[]>;
  /** What a change means now, in sentences. @throws CommandError where there is no such connection in the database */
  consequences(name: string): Promise<{ pause: string[]; resume: string[]; remove: string[] }>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** @returns the text of a stagepost.yaml, and the secrets by the names of their variables */
  export(name: string): Promise<{ yaml: string; secrets: ReadonlyMap<string, string> }>;
}

/** @throws CommandError */
export async function withConnections<T>(
  { data: dataDir }: { data: string },
  work: (access: ConnectionAccess) => Promise<T>,
): Promise<T> {
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(dataDir) : null;
  if (server) return work(throughServer(new ApiClient(server)));
  return withDatabase({ dataDir, url }, (database) => work(inDatabase(database, dataDir)));
}

function throughServer(api: ApiClient): ConnectionAccess {
  const of = (name: string) => ({ params: { connection: name } });
  return {
    async list() {
      const { connections } = await api.call('connections');
      return connections
        .filter(({ source }) => source === 'console')
        .map(({ connection, pausedSince, kommo, customerio }) => ({
          ...{ connection, url: kommo.url, pausedSince },
          shares: { kommo: kommo.sharedWith, customerio: customerio.sharedWith },
        }));
    },
    async consequences(name) {
      const { source, consequences } = await api.call('connection', of(name));
      if (source === 'console') return consequences;
      throw new CommandError(`${name} is in the configuration file: change it there, and restart.`);
    },
    pause: async (name) => void (await api.call('pauseConnection', of(name))),
    resume: async (name) => void (await api.call('resumeConnection', of(name))),
    remove: async (name) => void (await api.call('removeConnection', of(name))),
    async export(name) {
      const { yaml, secrets } = await api.call('exportConnection', of(name));
      return { yaml, secrets: new Map(Object.entries(secrets ?? {})) };
    },
  };
}

function inDatabase(database: Database, dataDir: string): ConnectionAccess {
  const { db } = database;
  const by = () => ({ actor: COMMANDS, at: Date.now() });
  return {
    async list() {
      const rows = await storedConnections(db);
      const accounts = await connectionAccounts(db, null);
      return rows.map(({ connection, settings, paused_at }) => {
        const own = accounts.find((each) => each.connection === connection);
        return {
          ...{ connection, url: JSON.parse(settings).kommo?.url ?? '', pausedSince: paused_at },
          shares: own ? sharedWith(own, accounts) : { kommo: [], customerio: [] },
        };
      });
    },
    async consequences(name) {
      const rows = await storedConnections(db);
      const row = rows.find(({ connection }) => connection === name);
      if (!row) throw new CommandError(notStored(name, rows));
      const work: ConcernedWork = (await openWork(db, [name]))[0]!;
      return {
        pause: row.paused_at === null ? consequencesOfPause(work) : [],
        resume: row.paused_at === null ? [] : consequencesOfResumption(work),
        remove: consequencesOfRemoval(work),
      };
    },
    pause: (name) => asCommandError(pauseConnection(database, name, by())),
    resume: (name) => asCommandError(resumeConnection(database, name, by())),
    remove: (name) => asCommandError(removeConnection(database, name, by())),
    export: (name) =>
      withKeyErrors(() => {
        const keyring = openKeyring({ variable: process.env[KEY_VARIABLE], dataDir });
        return asCommandError(exportConnection(db, name, keyring, by()));
      }),
  };
}

function notStored(name: string, rows: { connection: string }[]): string {
  const names = rows.map(({ connection }) => connection).join(', ');
  return `There is no connection "${name}" in the database. ${names === '' ? 'It has none.' : `There are: ${names}.`}`;
}

async function asCommandError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ConnectionError ? new CommandError(error.message) : error;
  }
}
