import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreSnapshot, snapshotFile, writeSnapshot } from './snapshot.ts';

let temporary: string;
let database: string;
let file: string;
let folder: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'stagepost-snapshot-'));
  database = join(temporary, 'database');
  mkdirSync(join(database, 'pg_wal/archive_status'), { recursive: true });
  writeFileSync(join(database, 'PG_VERSION'), '17\n');
  writeFileSync(join(database, 'pg_wal/0001'), Buffer.alloc(70_000, 7));
  file = join(temporary, 'dist/empty-database-1.zst');
  folder = join(temporary, 'data');
});
afterEach(() => rmSync(temporary, { recursive: true }));

/** Every folder (null) and every file with its content. */
function contentOf(root: string): Record<string, string | null> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const read = (path: string) => (statSync(path).isFile() ? readFileSync(path, 'latin1') : null);
  return Object.fromEntries(paths.map((path) => [path, read(join(root, path))]));
}

describe('a snapshot', () => {
  it('is restored with every file, empty folders too, for this user alone', async () => {
    writeSnapshot(database, file);
    expect(await restoreSnapshot(file, folder)).toBe(true);
    expect(contentOf(folder)).toEqual(contentOf(database));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'pg_wal/0001')).mode & 0o777).toBe(0o600);
  });

  it('is restored over what a restore that was killed left behind', async () => {
    writeSnapshot(database, file);
    mkdirSync(`${folder}.making`);
    writeFileSync(join(`${folder}.making`, 'PG_VERSION'), '');
    await restoreSnapshot(file, folder);
    expect(contentOf(folder)).toEqual(contentOf(database));
    expect(existsSync(`${folder}.making`)).toBe(false);
  });

  it('that is cut short or damaged leaves no folder, like none at all', async () => {
    expect(await restoreSnapshot(file, folder)).toBe(false);
    writeSnapshot(database, file);
    const whole = readFileSync(file);
    for (const length of [0, 10, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await restoreSnapshot(file, folder)).toBe(false);
    }
    whole[whole.length - 8]! ^= 1;
    writeFileSync(file, whole);
    expect(await restoreSnapshot(file, folder)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('takes the place of older ones', () => {
    writeSnapshot(database, file);
    const newer = join(temporary, 'dist/empty-database-2.zst');
    writeSnapshot(database, newer);
    expect(readdirSync(join(temporary, 'dist'))).toEqual(['empty-database-2.zst']);
  });

  it('is another one as soon as a migration is added or changed', () => {
    const migrations = join(temporary, 'migrations');
    cpSync(join(import.meta.dirname, '../migrations'), migrations, { recursive: true });
    const before = snapshotFile(migrations);
    expect(before).toBe(snapshotFile());
    appendFileSync(join(migrations, readdirSync(migrations)[0]!), '\n');
    const changed = snapshotFile(migrations);
    writeFileSync(join(migrations, '999-tomorrow.ts'), '');
    expect(new Set([before, changed, snapshotFile(migrations)]).size).toBe(3);
  });
});
