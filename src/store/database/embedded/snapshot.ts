import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packageVersion } from './package-version.ts';

/**
 * A snapshot is the folder of a new embedded database in one compressed file (1.6 MB): PostgreSQL's own tables,
 * Stagepost's and the queue's. Unpacking it takes a tenth of a second. Without it a first start takes two to six seconds
 * and 700 MB in another process (initdb, migrations, the queue's schema).
 *
 * It is a build product: `npm ci` creates one for a checkout, `npm pack` one for the package. It is stored with the code,
 * in `dist/`, and not in a shared folder, where another user of the machine could replace it.
 *
 * Layout before compression: the length of the index (4 bytes, little endian), the index as JSON, and the contents
 * of the files one after the other.
 */
interface Index {
  folders: string[];
  files: { path: string; bytes: number }[];
}

/** To be increased when the layout changes. */
const LAYOUT = 1;
/** A window of 32 MB: the files of PostgreSQL's three databases are mostly the same. */
const WINDOW_LOG = 25;
/** Files written at the same time: an fsync mostly waits, and the file system serves several with one flush. */
const WRITERS = 16;

/**
 * The path of the snapshot for this code; the file may be missing. Its name contains a hash of everything that shapes a
 * new database: the migrations and the versions of PGlite and pg-boss. So a snapshot of other code is never used.
 */
export function snapshotFile(migrations = MIGRATIONS): string {
  const hash = createHash('sha256').update(String(LAYOUT));
  for (const name of ['@electric-sql/pglite', 'pg-boss']) hash.update(`${name} ${packageVersion(name)}\n`);
  for (const name of readdirSync(migrations).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(migrations, name)));
  }
  return join(DIST, `${PREFIX}${hash.digest('hex').slice(0, 16)}.zst`);
}

const PREFIX = 'empty-database-';
const MIGRATIONS = join(import.meta.dirname, '../migrations');
/** The compiled code is in `dist/src`; in a checkout `src` and `dist` are siblings. */
const ROOT = join(import.meta.dirname, '../../../..');
const DIST = basename(ROOT) === 'dist' ? ROOT : join(ROOT, 'dist');

/** Packs the folder of a database that is not open. Older snapshots in the same folder are removed. */
export function writeSnapshot(folder: string, file: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathOf = (entry: { parentPath: string; name: string }) =>
    join(entry.parentPath, entry.name).slice(folder.length + 1);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => ({ path: pathOf(entry), content: readFileSync(join(folder, pathOf(entry))) }));
  const index: Index = {
    folders: entries.filter((entry) => entry.isDirectory()).map(pathOf),
    files: files.map(({ path, content }) => ({ path, bytes: content.length })),
  };
  const json = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const packed = zstdCompressSync(Buffer.concat([length, json, ...files.map(({ content }) => content)]), {
    params: {
      [constants.ZSTD_c_compressionLevel]: 9,
      [constants.ZSTD_c_windowLog]: WINDOW_LOG,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  mkdirSync(dirname(file), { recursive: true });
  const older = readdirSync(dirname(file)).filter((name) => name.startsWith(PREFIX));
  for (const name of older) rmSync(join(dirname(file), name), { force: true });
  // Written under another name first, so that a reader never sees half a file.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, packed);
  renameSync(own, file);
}

/**
 * Unpacks a snapshot as `folder`, which must not exist. Everything is on disk before the folder gets its name, so neither a
 * kill nor a power cut leaves part of a database under that name.
 * @returns false where the snapshot is missing or damaged.
 */
export async function restoreSnapshot(file: string, folder: string): Promise<boolean> {
  const unpacked = unpack(file);
  if (unpacked === null) return false;
  const indexEnd = 4 + unpacked.readUInt32LE();
  const { folders, files } = JSON.parse(unpacked.toString('utf8', 4, indexEnd)) as Index;

  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const allFolders = [making, ...folders.map((path) => join(making, path))];
  for (const path of allFolders) mkdirSync(path, { recursive: true, mode: 0o700 });
  let offset = indexEnd;
  const queue = files
    .map(({ path, bytes }) => {
      offset += bytes;
      return { path: join(making, path), content: unpacked.subarray(offset - bytes, offset) };
    })
    .values();
  const writer = async () => {
    for (const { path, content } of queue) await writeDurably(path, content);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  for (const path of allFolders) await syncFolder(path);
  renameSync(making, folder);
  await syncFolder(dirname(folder));
  return true;
}

/** Null where the file is missing or fails zstd's checksum. */
function unpack(file: string): Buffer | null {
  if (!existsSync(file)) return null;
  try {
    return zstdDecompressSync(readFileSync(file), {
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
  } catch {
    return null;
  }
}

async function writeDurably(path: string, content: Buffer): Promise<void> {
  await withFile(await open(path, 'wx', 0o600), async (handle) => {
    await handle.writeFile(content);
    await handle.datasync();
  });
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no sync of one. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(await open(path), (handle) => handle.sync());
}

async function withFile(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
