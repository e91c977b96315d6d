import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionConfig } from '../../src/config/index.ts';
import { ConnectionSet } from '../../src/connections/connection-set.ts';
import { sealContext } from '../../src/connections/sealed-form.ts';
import { StoredConnections } from '../../src/connections/stored-connections.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import {
  removeStoredConnection,
  saveStoredConnection,
} from '../../src/store/connections/stored-connections.ts';
import type { Database } from '../../src/store/database/database.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';

const KEYRING = new Keyring([Buffer.alloc(32, 1)]);
const OTHER = new Keyring([Buffer.alloc(32, 2)]);

describe.each(KINDS)('the stored connections (%s)', (kind) => {
  let database: Database;
  let connections: ConnectionSet;
  let stored: StoredConnections;
  let log: string[];
  let lines: string;
  let keyring: Keyring;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.db.deleteFrom('stored_connections').execute();
    log = [];
    lines = '';
    keyring = KEYRING;
    connections = new ConnectionSet([{ name: 'acme' } as ConnectionConfig]);
    stored = new StoredConnections({
      ...{ db: database.db, connections, clock: new TestClock(0), keyring: () => keyring },
      log: pino(
        { level: 'warn' },
        {
          write(line) {
            lines += line;
            log.push(JSON.parse(line).msg);
          },
        },
      ),
    });
    await stored.start();
  });

  async function save(connection: string, { token = 'token', keyring = KEYRING } = {}): Promise<void> {
    const settings = { kommo: { url: `https://${connection}.kommo.com` }, customerio: { site_id: 'site' } };
    const kommo = { token, webhook_secret: '0123456789abcdef' };
    const secrets = JSON.stringify({ kommo, customerio: { api_key: 'key', signing_key: 'signing' } });
    const sealed = keyring.seal(secrets, sealContext(connection));
    const row = { connection, settings: JSON.stringify(settings), secrets: sealed };
    await saveStoredConnection(database.db, row, Date.now());
  }

  it('are added, changed and removed as the database has them', async () => {
    await save('beta');
    await save('gamma');
    await stored.refresh();
    expect(connections.names).toEqual(['acme', 'beta', 'gamma']);
    const gamma = connections.get('gamma');
    await save('beta', { token: 'new-token' });
    await stored.refresh();
    expect(connections.get('beta')!.kommo.access).toMatchObject({ kind: 'token' });
    expect(connections.get('gamma')).toBe(gamma);
    await removeStoredConnection(database.db, 'beta');
    await stored.refresh();
    expect(connections.names).toEqual(['acme', 'gamma']);
  });

  it('come after the connection of the file with the same name, which stays when they are removed', async () => {
    const acme = connections.get('acme');
    await save('acme');
    await stored.refresh();
    expect(connections.get('acme')).toBe(acme);
    expect(log).toEqual([expect.stringContaining('the connection of the configuration file is used')]);
    await removeStoredConnection(database.db, 'acme');
    await stored.refresh();
    expect(connections.names).toEqual(['acme']);
  });

  it.each([
    ['whose key is missing', { keyring: OTHER }],
    ['that is not valid', { token: 'two words' }],
  ])('one %s is said to be unreadable, and the others run', async (_, fault) => {
    await save('beta', fault);
    await save('gamma');
    await stored.refresh();
    expect(connections.names).toEqual(['acme', 'gamma']);
    expect(['beta', 'gamma', 'delta'].map((name) => stored.isUnreadable(name))).toEqual([true, false, false]);
    expect(log).toHaveLength(1);
    await save('beta');
    await stored.refresh();
    expect(connections.names).toContain('beta');
  });

  it('one that becomes unreadable goes on as it was', async () => {
    await save('beta');
    await stored.refresh();
    const beta = connections.get('beta');
    await save('beta', { keyring: OTHER });
    await stored.refresh();
    expect(connections.get('beta')).toBe(beta);
    expect(stored.unreadable()).toMatchObject([{ connection: 'beta', runsAsBefore: true }]);
  });

  it.each([
    [
      'whose key is missing',
      { keyring: OTHER },
      /^A stored secret was encrypted with the key/,
      /once the key/,
    ],
    ['that is not valid', { token: 'two words' }, /^beta\.kommo\.token: /, /import it again/i],
  ])('one %s is listed with the reason and what to do', async (_, fault, reason, todo) => {
    await save('beta', fault);
    await stored.refresh();
    expect(stored.unreadable()).toEqual([
      {
        connection: 'beta',
        reason: expect.stringMatching(reason),
        todo: expect.stringMatching(todo),
        runsAsBefore: false,
      },
    ]);
    await save('beta');
    await stored.refresh();
    expect(stored.unreadable()).toEqual([]);
  });

  it('one whose key was missing runs as soon as the key is there, and is logged once until then', async () => {
    await save('beta', { keyring: OTHER });
    await stored.refresh();
    await stored.refresh();
    expect(log).toHaveLength(1);
    keyring = OTHER;
    await stored.refresh();
    expect(connections.names).toEqual(['acme', 'beta']);
    expect(stored.isUnreadable('beta')).toBe(false);
  });

  it('one whose secrets are no JSON is unreadable, and the log has nothing of them', async () => {
    const secrets = KEYRING.seal('token-of-beta', sealContext('beta'));
    await saveStoredConnection(database.db, { connection: 'beta', settings: '{}', secrets }, Date.now());
    await stored.refresh();
    expect(stored.isUnreadable('beta')).toBe(true);
    expect(lines).not.toContain('token');
  });
});
