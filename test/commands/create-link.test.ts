import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withDatabase } from '../../src/commands/data/database.ts';
import { createLink } from '../../src/commands/sign-in-link/sign-in-link.ts';
import { lockHolder } from '../../src/store/database/embedded/data-lock.ts';
import { listUsers } from '../../src/store/users/users.ts';
import { openTestDatabase } from '../support/databases.ts';

it('two processes that create the first admin at the same moment both get a link to that user', async () => {
  const database = await openTestDatabase('postgres');
  const { db } = database;
  const links = await Promise.all(['Ann', 'ann '].map((name) => createLink(db, name, Date.now())));
  expect(links).toEqual([expect.stringMatching(/^\/setup#/), expect.stringMatching(/^\/setup#/)]);
  expect(await listUsers(db)).toHaveLength(1);
  await database.close();
});

it('a command that cannot open the database leaves no lock behind', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-broken-'));
  mkdirSync(join(dataDir, 'db'));
  writeFileSync(join(dataDir, 'db/PG_VERSION'), 'not a database');
  await expect(withDatabase({ dataDir, url: undefined }, async () => {})).rejects.toThrow();
  expect(lockHolder(dataDir)).toBeNull();
  rmSync(dataDir, { recursive: true });
});
