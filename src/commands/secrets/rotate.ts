import { rotateSecrets } from '../../connections/rotate-secrets.ts';
import { KEY_VARIABLE } from '../../secrets/key-source.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { withKeyErrors } from '../data/keyring.ts';
import { colors } from '../terminal/colors.ts';
import { plural } from '../terminal/format.ts';
import { print } from '../terminal/output.ts';

export interface SecretsRotateOptions {
  config: string;
  data: string;
}

/** Encrypts all stored secrets with a new key. */
export async function secretsRotate({ data }: SecretsRotateOptions): Promise<void> {
  const variable = process.env[KEY_VARIABLE];
  const count = await withDatabase({ dataDir: data, url: databaseUrl() }, ({ db }) =>
    withKeyErrors(() => rotateSecrets(db, { variable, dataDir: data })),
  );
  print(colors.green(`The secrets of ${plural(count, 'connection')} are encrypted with the new key.`));
  if (variable) print(`Now remove the old key from ${KEY_VARIABLE}.`);
  print('A backup of before still needs the old key.');
}
