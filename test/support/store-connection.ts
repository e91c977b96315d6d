import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionForms, extractRules } from '../../src/config/index.ts';
import { sealedForm } from '../../src/connections/sealed-form.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import {
  changeStoredConnections,
  saveStoredConnection,
} from '../../src/store/connections/stored-connections.ts';
import { addRuleVersion } from '../../src/store/rule-versions.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { eventually } from './eventually.ts';
import { exampleEnv } from './example-env.ts';
import type { World } from './world.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

/** The key of `startWorld({ secretKey })`. */
export const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

/**
 * Puts a connection with the example's settings and rules into the database of a world that has `SECRET_KEY`. Resolves when it
 * runs.
 */
export async function storeConnection(
  { kommo, customerio, app: { database, supervisors } }: World,
  name: string,
): Promise<void> {
  const env = { CUSTOMERIO_APP_KEY: '', CUSTOMERIO_APP_URL: '', ...exampleEnv(kommo, customerio) };
  const form = connectionForms(EXAMPLE, env).get('acme')!;
  const text = extractRules(EXAMPLE, 'acme')!;
  const at = Date.now();
  await changeStoredConnections(database.db, async (trx) => {
    await saveStoredConnection(
      trx,
      sealedForm(name, form, new Keyring([Buffer.from(SECRET_KEY, 'base64')])),
      at,
    );
    const version = { connection: name, basedOn: 0, text, note: 'a test' };
    await addRuleVersion(trx, version, { actor: COMMANDS, at });
  });
  database.notify({ type: 'connections_changed' });
  await eventually(() => {
    if (supervisors.get(name)?.state().state !== 'running') throw new Error(`${name} does not run`);
  });
}
