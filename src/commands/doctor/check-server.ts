import pino from 'pino';
import { createInstanceRpc, RpcError } from '../../cluster/instance-rpc.ts';
import { checksMethod, fixMethod, type RemoteChecks } from '../../doctor/checks-method.ts';
import type { Fixable } from '../../doctor/connection.ts';
import { deliveringConnections } from '../../store/connections/delivering.ts';
import type { Database } from '../../store/database/database.ts';
import { lockedSince, lockHolder } from '../../store/database/embedded/data-lock.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { CommandError } from '../terminal/exit.ts';

/** The process that runs a connection. */
export interface CheckServer {
  checks(): Promise<RemoteChecks>;
  /** Begins a run, unless one is under way. */
  startChecks(): Promise<RemoteChecks>;
  /** Fixes what one check has found. */
  fix(check: Fixable): Promise<void>;
}

/**
 * Runs `work` with the process that runs a connection: the one that has the data folder open, or one on the PostgreSQL server.
 * @returns null where none runs it, or it is of another version
 */
export async function withCheckServer<T>(
  connection: string,
  dataDir: string,
  work: (server: CheckServer) => Promise<T>,
): Promise<T | null> {
  const url = databaseUrl();
  try {
    if (url === undefined) {
      const server = serverOfFolder(connection, dataDir);
      return server && (await work(server));
    }
    return await withDatabase({ dataDir, url }, async (database) => {
      const running = await deliveringConnections(database.db, [connection]);
      return running.length === 0 ? null : await work(serverOfDatabase(connection, database));
    });
  } catch (error) {
    // That the database cannot be used has a finding of its own.
    if (error instanceof CommandError || error instanceof RpcError) return null;
    throw error;
  }
}

function serverOfFolder(connection: string, dataDir: string): CheckServer | null {
  const holder = lockHolder(dataDir);
  const configuredAt = lockedSince(dataDir);
  if (holder === null || holder.url === null || configuredAt === null) return null;
  const api = new ApiClient(holder);
  const checks = async (): Promise<RemoteChecks> => {
    const { publicUrl, connections } = await api.call('checks', { query: { connection } });
    const { running = false, findings = [] } = connections[0] ?? {};
    const named = findings.map(({ mend, side: _, ...finding }) => ({ connection, ...finding, fix: mend }));
    return { configuredAt, publicUrl, running, findings: named };
  };
  return {
    checks,
    startChecks: async () => {
      await api.call('runChecks', { body: { connection } });
      return checks();
    },
    fix: async (check) => void (await api.call('mendCheck', { body: { connection, check } })),
  };
}

function serverOfDatabase(connection: string, database: Database): CheckServer {
  const rpc = createInstanceRpc({
    database: async () => database,
    isRunHere: () => false,
    log: pino({ level: 'silent' }),
    now: Date.now,
  });
  return {
    checks: () => rpc.call(checksMethod, connection, { start: false }),
    startChecks: () => rpc.call(checksMethod, connection, { start: true }),
    fix: async (check) => void (await rpc.call(fixMethod, connection, { check })),
  };
}
