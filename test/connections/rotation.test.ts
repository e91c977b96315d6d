import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rotateSecrets } from '../../src/connections/rotate-secrets.ts';
import { sealContext } from '../../src/connections/sealed-form.ts';
import { addKey, openOrMakeKeyring } from '../../src/secrets/key-source.ts';
import { SEAL_CONTEXTS } from '../../src/secrets/seal-contexts.ts';
import { addSetup, removeSetup, storedSetup } from '../../src/store/connections/connection-setups.ts';
import { readGrant, removeGrant, saveGrant } from '../../src/store/connections/kommo-grants.ts';
import {
  changeStoredConnections,
  replaceStoredSecrets,
  saveStoredConnection,
  storedConnections,
} from '../../src/store/connections/stored-connections.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { openTestDatabase } from '../support/databases.ts';

const NAMES = ['a', 'b', 'c', 'd'];

let database: Database;
let dataDir: string;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-rotation-'));
  await database.db.deleteFrom('stored_connections').execute();
  for (const name of NAMES) await save(name);
  return () => rmSync(dataDir, { recursive: true, force: true });
});

const keyring = () => openOrMakeKeyring({ variable: undefined, dataDir });
const rotate = () => rotateSecrets(database.db, { variable: undefined, dataDir });

async function save(connection: string, db: Db = database.db): Promise<void> {
  const secrets = keyring().seal(`secret of ${connection}`, sealContext(connection));
  await saveStoredConnection(db, { connection, settings: '{}', secrets }, Date.now());
}

async function readable(): Promise<string[]> {
  const keys = keyring();
  const rows = await storedConnections(database.db);
  return rows.map(({ connection, secrets }) => keys.open(secrets, sealContext(connection)));
}

it('two rotations at once leave every secret readable', async () => {
  for (let round = 0; round < 5; round++) await Promise.all([rotate(), rotate()]);
  expect(await readable()).toEqual(NAMES.map((name) => `secret of ${name}`));
});

it('an import waits for a rotation under way, and is readable', async () => {
  const rotated = rotate();
  const imported = changeStoredConnections(database.db, (trx) => save('e', trx));
  await Promise.all([rotated, imported]);
  expect(await readable()).toHaveLength(5);
});

it('seals the secrets of setups and of granted access anew, too', async () => {
  const at = { created_at: 1, updated_at: 1 };
  const secrets = (context: string) => keyring().seal('secret', context);
  const setup = { name: 'new', answers: '{}', created_by: 'Ann', ...at };
  await addSetup(database.db, { ...setup, secrets: secrets(SEAL_CONTEXTS.setup('new')) });
  const grant = { name: 'new', client_id: 'id', redirect_uri: 'https://localhost/' };
  await saveGrant(database.db, { ...grant, secrets: secrets(SEAL_CONTEXTS.kommoGrant('new')) });
  expect(await rotate()).toBe(NAMES.length + 2);
  const { secrets: ofSetup } = (await storedSetup(database.db, 'new'))!;
  const { secrets: ofGrant } = (await readGrant(database.db, 'new'))!;
  expect(keyring().open(ofSetup, SEAL_CONTEXTS.setup('new'))).toBe('secret');
  expect(keyring().open(ofGrant, SEAL_CONTEXTS.kommoGrant('new'))).toBe('secret');
  await removeSetup(database.db, 'new');
  await removeGrant(database.db, 'new');
});

it('a rotation that finds a secret which it cannot read changes nothing', async () => {
  const file = readFileSync(join(dataDir, 'secret.key'), 'utf8');
  const [first] = await storedConnections(database.db);
  await replaceStoredSecrets(database.db, 'c', first!.secrets);
  await expect(rotate()).rejects.toThrow('c: A stored secret is damaged');
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8')).toBe(file);
  expect((await storedConnections(database.db))[0]).toEqual(first);
});

it('a rotation that was interrupted after the new key was made is completed by the next one', async () => {
  addKey(dataDir);
  expect(await readable()).toHaveLength(4);
  expect(await rotate()).toBe(4);
  expect(await readable()).toHaveLength(4);
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8').match(/^[^#\n]+$/gm)).toHaveLength(1);
});
