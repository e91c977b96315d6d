import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../src/doctor/database.ts';
import { lockData } from '../../src/store/database/embedded/data-lock.ts';
import { EMPTY } from '../../src/store/database/identity/facts.ts';
import { writeLastDatabase } from '../../src/store/database/identity/record.ts';
import { createDataFolder } from '../support/database-templates.ts';
import { createPostgresDatabase, storeOf } from '../support/databases.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the database', () => {
  it('will be created in a folder that can be written', async () => {
    expect(await checkDatabase({ dataDir: join(folder, 'a', 'b') })).toMatchObject([
      { status: 'ok', message: expect.stringContaining('will be created') },
    ]);
  });

  it('cannot be made below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await checkDatabase({ dataDir: join(folder, 'file', 'data') })).toMatchObject([
      { status: 'failure' },
    ]);
  });

  it('is warned about where other users can read it, with the command that changes it', async () => {
    chmodSync(folder, 0o755);
    expect(await checkDatabase({ dataDir: folder })).toMatchObject([
      { status: 'ok' },
      { status: 'warning', message: expect.stringContaining('mode 755'), todo: `Run: chmod 700 ${folder}` },
    ]);
  });

  /** As a start on another database has left it. */
  function recordLast(): void {
    const facts = { ...EMPTY, installation: 'a', holdings: { ...EMPTY.holdings, users: ['ann'] } };
    const where = 'db/stagepost, schema public';
    writeLastDatabase(folder, { kind: 'postgres', where, facts, usedAt: 1, words: [] });
  }

  it('is refused where a newer version has migrated it, and then not compared with the last one', async () => {
    recordLast();
    const { databaseUrl } = await storeOf('postgres');
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(`insert into kysely_migration values ('999-of-tomorrow', now()::text)`);
    await client.end();
    const verdicts = await checkDatabase({ dataDir: folder, databaseUrl });
    expect(verdicts.filter(({ status }) => status === 'failure')).toMatchObject([
      { message: expect.stringContaining('"999-of-tomorrow"') },
    ]);
  });

  it.each(['embedded', 'postgres'] as const)('is not the one that was used last (now %s)', async (kind) => {
    const { databaseUrl } = kind === 'postgres' ? await storeOf('postgres') : { databaseUrl: undefined };
    recordLast();
    const verdicts = await checkDatabase({ dataDir: folder, databaseUrl });
    expect(verdicts.at(-1)).toMatchObject({
      status: 'failure',
      message: expect.stringMatching(/would not start: another database was used last.*users: ann/),
      todo: expect.stringContaining('--start-empty'),
    });
  });

  it('opens, and the folder is free afterwards', async () => {
    await createDataFolder(folder);
    const again = async () =>
      expect(await checkDatabase({ dataDir: folder })).toMatchObject([{ status: 'ok' }]);
    await again();
    await again();
  });

  it('does not open: what stands there is no database', async () => {
    mkdirSync(join(folder, 'db'));
    writeFileSync(join(folder, 'db', 'PG_VERSION'), '9');
    expect(await checkDatabase({ dataDir: folder })).toMatchObject([{ status: 'failure' }]);
  });

  it('is held by a running Stagepost: only that one is asked', async () => {
    const server = createServer((_request, response) => response.end('{"status":"ready"}'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const lock = lockData(folder, 'token');
    // Opening this would fail.
    writeFileSync(join(folder, 'db'), 'no folder');
    try {
      expect(await checkDatabase({ dataDir: folder })).toMatchObject([{ status: 'warning' }]);
      lock.publish(url);
      expect(await checkDatabase({ dataDir: folder })).toMatchObject([
        { status: 'ok', message: expect.stringContaining(url) },
      ]);
    } finally {
      lock.release();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('was left locked by a process that died', async () => {
    const dead = { pid: 2 ** 22 + 1, startedAt: '1', url: 'http://127.0.0.1:9', token: 'x' };
    writeFileSync(join(folder, 'stagepost.lock'), JSON.stringify(dead));
    expect(await checkDatabase({ dataDir: folder })).toMatchObject([{ status: 'ok' }]);
  });

  it('is a PostgreSQL server', async () => {
    const databaseUrl = await createPostgresDatabase();
    expect(await checkDatabase({ dataDir: folder, databaseUrl })).toMatchObject([
      { status: 'ok', message: expect.stringMatching(/^PostgreSQL \d+/) },
      { status: 'ok', message: expect.stringContaining('The database takes') },
    ]);
    const missing = databaseUrl.replace(/[^/]*$/, 'no_such_database');
    expect(await checkDatabase({ dataDir: folder, databaseUrl: missing })).toMatchObject([
      { status: 'failure', message: expect.stringContaining('no database') },
    ]);
  });

  it('is behind a pooler that loses LISTEN', async () => {
    const url = new URL(await createPostgresDatabase());
    const proxy = await startFaultyProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    try {
      proxy.divert('listen');
      expect(await checkDatabase({ dataDir: folder, databaseUrl: url.href })).toMatchObject([
        { status: 'ok' },
        { status: 'ok', message: expect.stringContaining('The database takes') },
        { status: 'warning', message: expect.stringContaining('notifications do not arrive') },
      ]);
    } finally {
      await proxy.close();
    }
  });

  it('cannot be reached, and the password is not told', async () => {
    const databaseUrl = 'postgresql://ann:hidden-password@127.0.0.1:1/db';
    const verdicts = await checkDatabase({ dataDir: folder, databaseUrl });
    expect(verdicts).toMatchObject([
      { status: 'failure', message: expect.stringContaining('127.0.0.1:1/db') },
    ]);
    expect(JSON.stringify(verdicts)).not.toContain('hidden-password');
  });
});
