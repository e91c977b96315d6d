import {
  type ConnectionConfig,
  type ConnectionFiles,
  type ConnectionForm,
  changedForm,
  connectionFiles,
  type FormChange,
  loadStoredConnection,
} from '../config/index.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { stopBackfills } from '../store/backfills/backfills.ts';
import { forgetCampaigns } from '../store/campaigns/campaign-lists.ts';
import { removeGrant } from '../store/connections/kommo-grants.ts';
import {
  changeStoredConnections,
  pauseStoredConnection,
  removeStoredConnection,
  resumeStoredConnection,
  type StoredConnection,
  saveStoredConnection,
  storedConnections,
} from '../store/connections/stored-connections.ts';
import type { Database, Db } from '../store/database/database.ts';
import { deleteCasesOf } from '../store/rule-cases.ts';
import { newestRules } from '../store/rule-versions.ts';
import { forgetTestPeople } from '../store/test-people.ts';
import type { Authorship } from '../store/users/actor.ts';
import { addAudit } from '../store/users/audit.ts';
import { formOf, sealedForm } from './sealed-form.ts';

/*
 * What a person can do with a connection that is kept in the database. Each change is committed with its entry in the audit
 * log, and the processes on the database are notified: they apply it without a restart.
 */

/** The message is for the person who asked, and has nothing of the secrets. */
export class ConnectionError extends Error {
  /** `changed`: somebody else has changed it in the meantime. `locked`: the key of its secrets is missing. */
  readonly code: 'not_stored' | 'invalid' | 'refused' | 'changed' | 'locked';
  constructor(code: ConnectionError['code'], message: string) {
    super(message);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

type Store = Pick<Database, 'db' | 'notify'>;

/** Its webhooks are stored from now on, and nothing is planned or sent. @throws ConnectionError `not_stored` */
export function pauseConnection(store: Store, name: string, by: Authorship): Promise<void> {
  return change(store, name, async (trx) => {
    if (await pauseStoredConnection(trx, name, by.at))
      await addAudit(trx, by, { what: 'connection_paused', connection: name, detail: name });
  });
}

/** It goes on where it was paused. @throws ConnectionError `not_stored` */
export function resumeConnection(store: Store, name: string, by: Authorship): Promise<void> {
  return change(store, name, async (trx) => {
    if (await resumeStoredConnection(trx, name, by.at))
      await addAudit(trx, by, { what: 'connection_resumed', connection: name, detail: name });
  });
}

/** Its history stays, and a backfill of it ends. @throws ConnectionError `not_stored` */
export function removeConnection(store: Store, name: string, by: Authorship): Promise<void> {
  return change(store, name, async (trx) => {
    await removeStoredConnection(trx, name);
    await removeGrant(trx, name);
    await forgetCampaigns(trx, name);
    await deleteCasesOf(trx, name);
    await forgetTestPeople(trx, name);
    await stopBackfills(trx, name, 'The connection was removed.', by.at);
    await addAudit(trx, by, { what: 'connection_removed', connection: name, detail: name });
  });
}

/** A stored connection with its secrets. @throws ConnectionError `not_stored`, SealError */
async function readForm(
  db: Db,
  name: string,
  keyring: Keyring,
): Promise<{ row: StoredConnection; form: ConnectionForm }> {
  const row = await rowOf(db, name);
  return { row, form: formOf(row, keyring) };
}

/**
 * A connection as files, with its published rules. The entry in the audit log is written first: the secrets leave.
 * @throws ConnectionError `not_stored`, SealError
 */
export async function exportConnection(
  db: Db,
  name: string,
  keyring: Keyring,
  by: Authorship,
): Promise<ConnectionFiles> {
  const { form } = await readForm(db, name, keyring);
  await addAudit(db, by, { what: 'connection_exported', connection: name, detail: name });
  return connectionFiles(name, form, (await newestRules(db, name))?.text ?? '');
}

export interface ChangeOptions {
  change: FormChange;
  keyring: Keyring;
  /** Tries the new credentials. @returns a sentence for each that is refused */
  check(config: ConnectionConfig): Promise<string[]>;
}

/**
 * Changes settings and secrets. They are checked before they are stored.
 * @throws ConnectionError, SealError
 */
export async function changeConnection(
  store: Store,
  name: string,
  { change: changes, keyring, check }: ChangeOptions,
  by: Authorship,
): Promise<void> {
  const { row, form } = await readForm(store.db, name, keyring);
  const next = changedForm(form, changes);
  const loaded = loadStoredConnection(name, next);
  if (!loaded.ok)
    throw new ConnectionError(
      'invalid',
      loaded.problems
        .map(({ path, message, hint }) => `${path}: ${message}.${hint ? ` ${hint}` : ''}`)
        .join(' '),
    );
  const refusals = await check(loaded.config);
  if (refusals.length > 0) throw new ConnectionError('refused', refusals.join(' '));
  await change(store, name, async (trx) => {
    if ((await rowOf(trx, name)).change !== row.change)
      throw new ConnectionError('changed', `${name} was changed in the meantime. Try again.`);
    await saveStoredConnection(trx, sealedForm(name, next, keyring), by.at);
    await forgetCampaigns(trx, name);
    const keys = Object.entries(changes).flatMap(([side, values]) =>
      Object.keys(values).map((key) => `${side}.${key}`),
    );
    await addAudit(trx, by, {
      what: 'connection_changed',
      connection: name,
      detail: `${name}: ${keys.join(', ')}`,
    });
  });
}

async function change(store: Store, name: string, work: (trx: Db) => Promise<void>): Promise<void> {
  await changeStoredConnections(store.db, async (trx) => {
    await rowOf(trx, name);
    await work(trx);
  });
  store.notify({ type: 'connections_changed' });
}

/** @throws ConnectionError `not_stored` */
async function rowOf(db: Db, name: string): Promise<StoredConnection> {
  const row = (await storedConnections(db)).find(({ connection }) => connection === name);
  if (row) return row;
  throw new ConnectionError('not_stored', `There is no connection "${name}" in the database.`);
}
