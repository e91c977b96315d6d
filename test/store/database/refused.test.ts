import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { databaseErrorMessage } from '../../../src/commands/serve/database-errors.ts';
import { openDatabase } from '../../../src/store/database/database.ts';
import { createPostgresDatabase } from '../../support/databases.ts';

/** What a person reads where Stagepost cannot start on this database; null where nobody has words for it. */
async function wordsFor(databaseUrl: string): Promise<string | null> {
  const error: unknown = await openDatabase({ databaseUrl, dataDir: null, onError: () => {} }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).not.toBeNull();
  return databaseErrorMessage(error, databaseUrl);
}

function changed(databaseUrl: string, change: (url: URL) => void): string {
  const url = new URL(databaseUrl);
  change(url);
  return url.href;
}

async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${inject('postgresUrl')}/postgres` });
  await client.connect();
  await client.query(statement);
  await client.end();
}

describe('a PostgreSQL that cannot be used is told in words:', () => {
  it('read-only', async () => {
    const url = await createPostgresDatabase();
    await asOwner(`alter database ${url.split('/').at(-1)} set default_transaction_read_only = on`);
    expect(await wordsFor(url)).toMatch(/is read-only\..*primary/);
  });

  it('no right to create tables', async () => {
    const user = `poor_${randomBytes(4).toString('hex')}`;
    await asOwner(`create role ${user} login password 'secret-word'`);
    const url = changed(await createPostgresDatabase(), (parts) => {
      parts.username = user;
      parts.password = 'secret-word';
    });
    const words = await wordsFor(url);
    expect(words).toMatch(/does not let this user create tables.*grant create/);
    expect(words).not.toContain('secret-word');
  });

  it('wrong password', async () => {
    const url = changed(await createPostgresDatabase(), (parts) => {
      parts.password = 'wrong-word';
    });
    const words = await wordsFor(url);
    expect(words).toMatch(/refuses the user or the password/);
    expect(words).not.toContain('wrong-word');
  });

  it('no such database', async () => {
    expect(await wordsFor(`${inject('postgresUrl')}/nowhere`)).toMatch(/has no database of that name/);
  });

  it('nobody listens', async () => {
    expect(await wordsFor('postgres://a:b@127.0.0.1:1/c')).toMatch(/\(127\.0\.0\.1:1\) cannot be reached/);
  });
});

it('an error that is not the database’s has no words of the database', () => {
  expect(databaseErrorMessage(new Error('something else'), 'postgres://a:b@h/c')).toBeNull();
});
