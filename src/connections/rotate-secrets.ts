import { addKey, type KeySource, openKeyring, removeOldKeys } from '../secrets/key-source.ts';
import { type Keyring, keyIdOf, SealError } from '../secrets/keyring.ts';
import { SEAL_CONTEXTS } from '../secrets/seal-contexts.ts';
import { saveSetup, storedSetups } from '../store/connections/connection-setups.ts';
import { allGrants, replaceGrantSecrets } from '../store/connections/kommo-grants.ts';
import {
  changeStoredConnections,
  replaceStoredSecrets,
  storedConnections,
} from '../store/connections/stored-connections.ts';
import type { Db } from '../store/database/database.ts';

/** Encrypted secrets of one row. */
interface SealedSecrets {
  /** For messages. */
  name: string;
  context: string;
  sealed: string;
  /** Replaces them by the same ones, encrypted anew. */
  replace(trx: Db, sealed: string): Promise<unknown>;
}

/**
 * Encrypts all stored secrets with a new key: with the first one of the variable, or with one that is added to the file in the
 * data folder. The file keeps the old keys until the secrets are committed, so that an interrupted rotation loses nothing.
 * @returns how many rows have secrets
 * @throws KeyUnusable, or SealError where a secret cannot be read; then nothing has changed
 */
export async function rotateSecrets(db: Db, source: KeySource & { dataDir: string }): Promise<number> {
  const { variable, dataDir } = source;
  const count = await changeStoredConnections(db, async (trx) => {
    const all = await allSecrets(trx);
    // The old keys are checked before a new one is made.
    if (all.length > 0) checkKeys(all, openKeyring(source));
    const keyring = variable ? openKeyring(source) : addKey(dataDir);
    for (const secrets of all) await sealAnew(trx, secrets, keyring);
    return all.length;
  });
  if (!variable)
    await changeStoredConnections(db, async (trx) => {
      const ids = (await allSecrets(trx)).map(({ sealed }) => keyIdOf(sealed));
      removeOldKeys(dataDir, new Set(ids.filter((id) => id !== null)));
    });
  return count;
}

/** Those of every table. They are written in `changeStoredConnections` only, which keeps writers out of a rotation. */
async function allSecrets(trx: Db): Promise<SealedSecrets[]> {
  const connections = (await storedConnections(trx)).map(({ connection: name, secrets: sealed }) => ({
    ...{ name, sealed, context: SEAL_CONTEXTS.connection(name) },
    replace: (db: Db, secrets: string) => replaceStoredSecrets(db, name, secrets),
  }));
  const setups = (await storedSetups(trx)).map(({ name, secrets: sealed, updated_at }) => ({
    ...{ name: `setup ${name}`, sealed, context: SEAL_CONTEXTS.setup(name) },
    replace: (db: Db, secrets: string) => saveSetup(db, { name, secrets, updated_at }),
  }));
  const grants = (await allGrants(trx)).map(({ name, secrets: sealed }) => ({
    ...{ name: `access of ${name}`, sealed, context: SEAL_CONTEXTS.kommoGrant(name) },
    replace: (db: Db, secrets: string) => replaceGrantSecrets(db, name, secrets),
  }));
  return [...connections, ...setups, ...grants];
}

function checkKeys(all: SealedSecrets[], keyring: Keyring): void {
  for (const secrets of all) openSecrets(secrets, keyring);
}

async function sealAnew(trx: Db, secrets: SealedSecrets, keyring: Keyring): Promise<void> {
  if (keyring.isCurrent(secrets.sealed)) return;
  await secrets.replace(trx, keyring.seal(openSecrets(secrets, keyring), secrets.context));
}

/** @throws SealError with the name of the row */
function openSecrets({ name, sealed, context }: SealedSecrets, keyring: Keyring): string {
  try {
    return keyring.open(sealed, context);
  } catch (error) {
    throw error instanceof SealError ? new SealError(`${name}: ${error.message}`) : error;
  }
}
