import type { Config, ConnectionConfig } from '../../config/index.ts';
import { readStored } from '../../connections/read-stored.ts';
import { once } from '../../lib/once.ts';
import { KEY_VARIABLE, openKeyring } from '../../secrets/key-source.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import { type StoredConnection, storedConnections } from '../../store/connections/stored-connections.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';

/** The connections of the database that are not in the configuration file. */
export interface StoredConfigs {
  configs: ConnectionConfig[];
  /** Those that only the running server can read, since it has the data folder open. */
  inServer: string[];
  unreadable: { name: string; reason: string }[];
}

/** None where there is no database yet, or it cannot be used: that has a finding of its own. */
export async function storedConfigs(
  { connections }: Pick<Config, 'connections'>,
  { data: dataDir }: { data: string },
): Promise<StoredConfigs> {
  const inFile = new Set(connections.map(({ name }) => name));
  try {
    const url = databaseUrl();
    const server = url === undefined ? lockHolder(dataDir) : null;
    if (server) return await ofServer(new ApiClient(server));
    return await withDatabase({ dataDir, url }, async ({ db }) => {
      const rows = await storedConnections(db);
      return ofRows(
        rows.filter(({ connection }) => !inFile.has(connection)),
        once(() => openKeyring({ variable: process.env[KEY_VARIABLE], dataDir })),
      );
    });
  } catch {
    return { configs: [], inServer: [], unreadable: [] };
  }
}

async function ofServer(api: ApiClient): Promise<StoredConfigs> {
  const { connections, unreadable } = await api.call('connections');
  const inServer = connections.flatMap(({ connection, source }) =>
    source === 'console' ? [connection] : [],
  );
  const stopped = unreadable.filter(({ runsAsBefore }) => !runsAsBefore);
  return {
    configs: [],
    inServer,
    unreadable: stopped.map(({ connection: name, reason }) => ({ name, reason })),
  };
}

function ofRows(rows: StoredConnection[], keyring: () => Keyring): StoredConfigs {
  const stored: StoredConfigs = { configs: [], inServer: [], unreadable: [] };
  for (const row of rows) {
    const read = readStored(row, keyring);
    if (read.ok) stored.configs.push(read.config);
    else stored.unreadable.push({ name: row.connection, reason: read.cause.reason });
  }
  return stored;
}
