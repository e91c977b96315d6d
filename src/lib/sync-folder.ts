import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Without this, a power cut may undo the renaming of a file in the folder. Windows cannot open a folder, and needs no sync of one. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
