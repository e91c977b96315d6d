import type { ConnectionForm } from '../config/index.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { SEAL_CONTEXTS } from '../secrets/seal-contexts.ts';
import type { StoredConnection } from '../store/connections/stored-connections.ts';

type Sealed = Pick<StoredConnection, 'connection' | 'settings' | 'secrets'>;

/** What the secrets of a connection are sealed for. */
export const sealContext = SEAL_CONTEXTS.connection;

/** The form of a stored connection, with its secrets. @throws SealError, or an error that has nothing of the secrets */
export function formOf({ connection, settings, secrets }: Sealed, keyring: Keyring): ConnectionForm {
  const opened = keyring.open(secrets, sealContext(connection));
  return { settings: parsed(settings, 'settings'), secrets: parsed(opened, 'secrets') };
}

/** The columns of a form, with its secrets encrypted. */
export function sealedForm(connection: string, form: ConnectionForm, keyring: Keyring): Sealed {
  const secrets = keyring.seal(JSON.stringify(form.secrets), sealContext(connection));
  return { connection, settings: JSON.stringify(form.settings), secrets };
}

/** The error of `JSON.parse` quotes the text, and an error is logged. */
function parsed(text: string, name: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The ${name} of the connection are not valid JSON.`);
  }
}
