import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies the folder of an embedded database while a server writes to it, without asking the server, and without any pause
 * of it. Opened, the copy is the database as it was when the last file was copied.
 *
 * PGlite is PostgreSQL in one process, so what PostgreSQL promises for a power cut makes the copy whole: everything that
 * was committed is in the write-ahead log, and the log has a full image of each page that has changed since the last
 * checkpoint (`full_page_writes`, PostgreSQL docs, "WAL Configuration"). So three things have to be copied in this order:
 *
 * 1. the control file, which names the last checkpoint, where recovery begins;
 * 2. the tables, each page as it was at some moment after that;
 * 3. the log, at least up to the end of 2.
 *
 * A checkpoint during the copy may remove the part of the log that recovery needs. The server makes none while it finds the
 * copy's folder; where one was under way, the copy starts again.
 *
 * @param to must not exist
 * @throws DatabaseIsBusy where checkpoints came faster than the copy, several times in a row
 */
export async function copyRunningFolder(
  from: string,
  to: string,
  onCopied: (files: number, of: number) => void,
) {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (await tryToCopy(from, to, onCopied)) return;
    rmSync(to, { recursive: true, force: true });
  }
  throw new DatabaseIsBusy();
}

/** The database changes faster than it can be copied. */
export class DatabaseIsBusy extends Error {
  constructor() {
    super(
      'The database changes so fast that its copy was out of date several times. Try again at a quieter time, or stop Stagepost for the backup.',
    );
    this.name = 'DatabaseIsBusy';
  }
}

const MAX_ATTEMPTS = 3;
const CONTROL = 'global/pg_control';
const LOG = 'pg_wal';
/** Of the process that runs; the copy gets its own. */
const NOT_COPIED = ['postmaster.pid', 'postmaster.opts'];

/** @returns false where a checkpoint came in between */
async function tryToCopy(
  from: string,
  to: string,
  onCopied: (files: number, of: number) => void,
): Promise<boolean> {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const control = readControlFile(from);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const pathOf = (entry: { parentPath: string; name: string }) =>
    join(entry.parentPath, entry.name).slice(from.length + 1);
  for (const entry of entries)
    if (entry.isDirectory()) mkdirSync(join(to, pathOf(entry)), { recursive: true, mode: 0o700 });
  const files = entries.filter((entry) => entry.isFile()).map(pathOf);
  const tables = files.filter(
    (path) => !path.startsWith(`${LOG}/`) && !NOT_COPIED.includes(path) && path !== CONTROL,
  );
  for (const [index, path] of tables.entries()) {
    await copyIfThere(join(from, path), join(to, path));
    onCopied(index + 1, tables.length);
  }
  for (const entry of await readdir(join(from, LOG), { withFileTypes: true }))
    if (entry.isFile()) await copyIfThere(join(from, LOG, entry.name), join(to, LOG, entry.name));
  const isCurrent = control.equals(readControlFile(from));
  if (isCurrent) writeFileSync(join(to, CONTROL), control, { mode: 0o600 });
  return isCurrent;
}

/** The server writes the file with one call. Two equal readings are of no half of a write. */
function readControlFile(folder: string): Buffer {
  const path = join(folder, CONTROL);
  for (let before = readFileSync(path); ; ) {
    const now = readFileSync(path);
    if (now.equals(before)) return now;
    before = now;
  }
}

/** A table may be dropped or rewritten during the copy. The log says so, too. */
async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
