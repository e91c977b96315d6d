import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * - `growth`: what has its place on the disk can be overwritten, nothing can grow. So a real full disk begins.
 * - `all`: no write succeeds, as where the write-ahead log needs its next segment.
 */
export type Fullness = 'growth' | 'all';

/**
 * Makes every write below `folder` in this process fail with ENOSPC while `fullness` says so. PGlite writes through
 * node:fs, and so nothing of Stagepost's own has to know.
 */
export function fillDisk(folder: string, fullness: () => Fullness | null): void {
  const { openSync, writeSync, ftruncateSync, fstatSync, statfsSync } = fs;
  const below = new Set<number>();
  const refuse = (fd: number, end: number) => {
    const full = below.has(fd) ? fullness() : null;
    if (full === 'all' || (full === 'growth' && end > fstatSync(fd).size)) throw noSpace();
  };

  fs.openSync = (path, ...rest) => {
    const fd = openSync(path, ...rest);
    if (String(path).startsWith(folder)) below.add(fd);
    else below.delete(fd);
    return fd;
  };
  fs.writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
    refuse(fd, (position ?? Number.POSITIVE_INFINITY) + length);
    return writeSync(fd, bytes, offset, length, position);
  }) as typeof fs.writeSync;
  fs.ftruncateSync = (fd, length) => {
    refuse(fd, Number(length ?? 0));
    ftruncateSync(fd, length);
  };
  fs.statfsSync = ((path: string) => {
    const found = statfsSync(path);
    if (fullness() !== null && path.startsWith(folder)) found.bavail = 0;
    return found;
  }) as typeof fs.statfsSync;
  syncBuiltinESMExports();
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    errno: -28,
    syscall: 'write',
  });
}

// In a process of its own, started with --import: the disk is as full as the file says, while it exists.
const { FULL_DISK_FOLDER, FULL_DISK_SWITCH } = process.env;
if (FULL_DISK_FOLDER && FULL_DISK_SWITCH) {
  const { existsSync, readFileSync } = fs;
  fillDisk(FULL_DISK_FOLDER, () =>
    existsSync(FULL_DISK_SWITCH) ? (readFileSync(FULL_DISK_SWITCH, 'utf8') as Fullness) : null,
  );
}
