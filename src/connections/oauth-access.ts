import { isDeepStrictEqual } from 'node:util';
import { type ConnectionConfig, changedForm, type FormChange } from '../config/index.ts';
import type { ConfiguredAccess } from '../kommo-oauth/configured-access.ts';
import type { Grant } from '../kommo-oauth/grant.ts';
import { oauthKeys } from '../kommo-oauth/kommo-access.ts';
import type { Keyring } from '../secrets/keyring.ts';
import {
  changeStoredConnections,
  saveStoredConnection,
  storedConnections,
} from '../store/connections/stored-connections.ts';
import type { Db } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { formOf, sealedForm } from './sealed-form.ts';

/** What a connection's configuration says of its access to Kommo. */
export function configuredAccess(
  { kommo: { url, access } }: ConnectionConfig,
  source: ConfiguredAccess['source'],
): ConfiguredAccess {
  if (access.kind === 'token')
    return { origin: url, source, kind: 'token', integration: null, redirectUri: null };
  const { clientId, clientSecret, redirectUri } = access;
  return {
    origin: url,
    source,
    kind: 'oauth',
    integration: { clientId, clientSecret: clientSecret.reveal() },
    redirectUri,
  };
}

/**
 * Makes a stored connection use a grant: its integration, instead of another one or of a long-lived token, and the present
 * address of the account, which somebody may have renamed. A setup, or a connection of the file, is not stored.
 * @returns whether the stored connection has changed
 */
export async function adoptGrant(
  db: Db,
  openKeyring: () => Keyring,
  { name, integration, origin }: Pick<Grant, 'name' | 'integration' | 'origin'>,
  now: Millis,
): Promise<boolean> {
  return changeStoredConnections(db, async (trx) => {
    const row = (await storedConnections(trx)).find(({ connection }) => connection === name);
    if (!row) return false;
    const keyring = openKeyring();
    const form = formOf(row, keyring);
    const change: FormChange = { kommo: { token: null, oauth: oauthKeys(integration) } };
    if (origin !== null) change.kommo = { ...change.kommo, url: origin };
    const adopted = changedForm(form, change);
    if (isDeepStrictEqual(adopted, form)) return false;
    await saveStoredConnection(trx, sealedForm(name, adopted, keyring), now);
    return true;
  });
}
