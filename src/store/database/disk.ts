import { statfsSync } from 'node:fs';

/**
 * The free space without which the embedded database is not opened, in bytes: two segments of its write-ahead log (16 MB
 * each) and some growth. With less it may break down at any write, and opening it then can block the thread for ever.
 */
export const NEEDED_BYTES = 64 * 1024 * 1024;

/** The space that this user may still fill on the disk of a folder, in bytes. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
