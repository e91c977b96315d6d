import { chmodSync, type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Who else may read or write the data folder: it holds personal data and password hashes, and whoever can write to it
 * can change the database.
 */

const OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;
/** A database has about a thousand files. Beyond this, the mode of the folder above them has to do. */
const MAX_ENTRIES = 50_000;

/** Who can read or write a folder, besides its owner. */
export interface FolderAccess {
  isOwn: boolean;
  /** Whether the group or other users have any permission. */
  isShared: boolean;
  /** Whether every user of the machine may write. */
  isWritableByAll: boolean;
  /** Permissions as `chmod` takes them: `755`. */
  mode: string;
  owner: number;
}

/** @param uid the user of this process; null on systems without user ids, where nothing can be said */
export function folderAccess(
  { mode, uid: owner }: Pick<Stats, 'mode' | 'uid'>,
  uid: number | null,
): FolderAccess {
  const knows = uid !== null;
  return {
    isOwn: !knows || owner === uid,
    isShared: knows && (mode & OTHERS) !== 0,
    isWritableByAll: knows && (mode & EVERYBODY_WRITES) !== 0,
    mode: (mode & 0o777).toString(8),
    owner,
  };
}

/** The access to an existing folder. A symbolic link is followed. */
export const accessOf = (folder: string): FolderAccess =>
  folderAccess(statSync(folder), process.getuid?.() ?? null);

/** What to do about a folder that others can read or write. */
export function sharedFolderAdvice(folder: string): string {
  const { isOwn, owner } = accessOf(folder);
  const command = `chmod 700 ${folder}`;
  return isOwn
    ? `Run: ${command}`
    : `As root or as the user with the id ${owner}, run: chown ${process.getuid?.()} ${folder} && ${command}`;
}

/** Takes a folder of this user from everybody else. @returns the access afterwards: some file systems keep no modes */
export function makePrivate(folder: string): FolderAccess {
  const access = accessOf(folder);
  if (!access.isOwn || !access.isShared) return access;
  try {
    chmodSync(folder, 0o700);
  } catch {
    // The caller warns, by the mode that is left.
  }
  return accessOf(folder);
}

/** As `chmod -R go-rwx FOLDER`, for the files and folders that belong to this user. Links are left alone. */
export function makeContentPrivate(folder: string): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  makePrivate(folder);
  let left = MAX_ENTRIES;
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (left-- <= 0) return;
      tighten(join(path, entry.name), entry, uid);
      if (entry.isDirectory()) walk(join(path, entry.name));
    }
  };
  walk(folder);
}

function tighten(path: string, entry: Dirent, uid: number): void {
  if (!entry.isFile() && !entry.isDirectory()) return;
  const { mode, uid: owner } = lstatSync(path);
  if (owner === uid && (mode & OTHERS) !== 0) chmodSync(path, mode & 0o7700);
}
