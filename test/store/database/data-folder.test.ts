import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { createDataFolder } from '../../support/database-templates.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-private-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Every file and folder that the group or others can read or write. */
function openToOthers(): string[] {
  const paths = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return ['', ...paths].filter((path) => (lstatSync(join(dataDir, path)).mode & 0o077) !== 0);
}

async function writeSomething(): Promise<void> {
  const database = await openDatabase({
    dataDir,
    onError: (error) => {
      throw error;
    },
  });
  await sql`create table more as select generate_series(1, 50000) as n`.execute(database.db);
  await sql`create index on more (n)`.execute(database.db);
  await sql`select pg_switch_wal()`.execute(database.db);
  await database.close();
}

it('an existing data folder becomes private, with whatever the database creates while it runs', async () => {
  await createDataFolder(dataDir);
  chmodSync(dataDir, 0o755);
  const umask = process.umask(0);
  try {
    await writeSomething();
  } finally {
    process.umask(umask);
  }
  expect(openToOthers()).toEqual([]);
});

it('the files of an older version, which everybody could write, become private at a start', async () => {
  await createDataFolder(dataDir);
  execFileSync('chmod', ['-R', 'go+rwX', dataDir]);
  expect(openToOthers().length).toBeGreaterThan(100);
  await writeSomething();
  expect(openToOthers()).toEqual([]);
});

it('other files of the folder are left as they are', async () => {
  await createDataFolder(dataDir);
  mkdirSync(join(dataDir, 'notes'), { mode: 0o755 });
  writeFileSync(join(dataDir, 'notes/readme'), '', { mode: 0o644 });
  await writeSomething();
  expect(statSync(join(dataDir, 'notes/readme')).mode & 0o777).toBe(0o644);
});

it.skipIf(process.getuid!() !== 0)('a folder of another user that everybody may write to is refused', () => {
  const script = `
    process.setgid(65534); process.setuid(65534);
    const { prepareDataFolder } = await import(process.argv[1]);
    try { prepareDataFolder(process.argv[2]); } catch (error) { console.log(error.message); }
  `;
  chmodSync(dataDir, 0o777);
  const module = join(import.meta.dirname, '../../../src/store/database/embedded/data-folder.ts');
  const args = ['--input-type=module', '--eval', script, module, dataDir];
  const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(said).toContain(`Every user of this machine may write to the data folder ${dataDir}`);
  expect(said).toContain('chmod 700');
});
