import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { freeBytes, NEEDED_BYTES } from '../disk.ts';
import { makePrivate } from './private-folder.ts';

/** The data cannot be used by this process. The message is for the person who runs it. */
export class DataUnusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DataUnusable';
  }
}

/**
 * Creates the data folder if it is missing, and takes it from other users if it belongs to this one.
 * @throws DataUnusable where this user cannot or must not write to it, or where every user of the machine can.
 */
export function prepareDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new DataUnusable(`${dataDir} is a file, not a folder. Name a folder with --data.`);
    throw new DataUnusable(
      `This user may not write to the data folder ${dataDir} (${code}). Check its owner and permissions.`,
    );
  }
  const owner = statSync(dataDir).uid;
  // The owner of the database could not read files that root adds to it.
  if (process.getuid?.() === 0 && owner !== 0) {
    throw new DataUnusable(
      `The data folder ${dataDir} belongs to the user with the id ${owner}. Run this as that user: sudo -u '#${owner}' …`,
    );
  }
  const { isOwn, isWritableByAll } = makePrivate(dataDir);
  // An own folder that stays open to all is on a file system without modes (FAT, some network shares).
  if (isWritableByAll && !isOwn) {
    throw new DataUnusable(
      `Every user of this machine may write to the data folder ${dataDir}, which belongs to the user with the id ${owner}. ` +
        `Whoever can write there can change the database. Run: chown ${process.getuid?.()} ${dataDir} && chmod 700 ${dataDir}`,
    );
  }
}

/** @throws DataUnusable where the disk has no room for the database to work. */
export function requireFreeSpace(dataDir: string): void {
  if (freeBytes(dataDir) >= NEEDED_BYTES) return;
  throw new DataUnusable(
    `The disk of the data folder ${dataDir} is full: less than ${NEEDED_BYTES / 1024 / 1024} MB are free. ` +
      'Free some space and start again; nothing that was stored is lost.',
  );
}
