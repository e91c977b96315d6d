import { type ClientOptions, closeClients, openClients } from '../clients/clients.ts';
import type { ConnectionConfig } from '../config/index.ts';
import {
  ConnectionError,
  changeConnection,
  exportConnection,
  pauseConnection,
  removeConnection,
  resumeConnection,
} from '../connections/manage.ts';
import { refusedCredentials } from '../doctor/credentials.ts';
import type { ManagedConnections } from '../http/api/services.ts';
import type { KommoLimits, TokenSource } from '../kommo/index.ts';
import { KeyUnusable } from '../secrets/key-source.ts';
import { type Keyring, SealError } from '../secrets/keyring.ts';
import type { Database } from '../store/database/database.ts';

export interface ManagingOptions {
  database(): Promise<Database>;
  /** @throws KeyUnusable */
  keyring(): Keyring;
  /** Resolves when all changes of stored connections are effective in this process. */
  refresh(): Promise<void>;
  /** The tokens of a connection that signs in to Kommo by OAuth. */
  oauthTokens(connection: string): TokenSource;
  /** The limits that all Kommo clients of this process share. */
  kommoLimits: KommoLimits;
}

/** A person is waiting, ms. */
const TIMEOUT_MS = 8_000;

export function manageConnections({
  database,
  keyring,
  refresh,
  oauthTokens,
  kommoLimits,
}: ManagingOptions): ManagedConnections {
  return {
    async pause(name, by) {
      await pauseConnection(await database(), name, by);
      await refresh();
    },
    async resume(name, by) {
      await resumeConnection(await database(), name, by);
      await refresh();
    },
    async remove(name, by) {
      await removeConnection(await database(), name, by);
      await refresh();
    },
    async change(name, change, force, by) {
      const check = force
        ? async () => []
        : (config: ConnectionConfig) =>
            refusalsOf(config, change, { oauthTokens: oauthTokens(name), kommoLimits });
      await asConnectionError(async () =>
        changeConnection(await database(), name, { change, keyring: keyring(), check }, by),
      );
      await refresh();
    },
    export: (name, by) =>
      asConnectionError(async () => exportConnection((await database()).db, name, keyring(), by)),
  };
}

async function asConnectionError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isLocked = error instanceof KeyUnusable || error instanceof SealError;
    throw isLocked ? new ConnectionError('locked', error.message) : error;
  }
}

/** Only the sides that change are called: the calls go off those of the running connection. */
async function refusalsOf(
  config: ConnectionConfig,
  sides: { kommo?: object | undefined; customerio?: object | undefined },
  access: Pick<ClientOptions, 'oauthTokens' | 'kommoLimits'>,
): Promise<string[]> {
  const clients = openClients(config, { ...access, quietUntilMs: 0, timeoutMs: TIMEOUT_MS });
  try {
    return await refusedCredentials(config, clients, {
      kommo: sides.kommo !== undefined,
      customerio: sides.customerio !== undefined,
    });
  } finally {
    await closeClients(clients);
  }
}
