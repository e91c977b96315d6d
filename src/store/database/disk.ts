import { statfsSync } from 'node:fs';

/**
 * What the embedded database needs free to work, in bytes: two segments of its write-ahead log (16 MB each) and some
 * growth. With less it may break down at any write, and opening it then can block the thread for ever.
 */
export const NEEDED_BYTES = 64 * 1024 * 1024;

/** How much this user may still write to the disk of a folder, in bytes. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
