/**
 * Creates the snapshot from which new embedded databases start (see snapshot.ts), if it is missing.
 *
 * - `node src/store/database/embedded/write-snapshot.ts` for a checkout (`npm ci` runs it)
 * - `node dist/src/store/database/embedded/write-snapshot.js` for the package (`npm pack` runs it)
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import { snapshotFile, writeSnapshot } from './snapshot.ts';

/** @returns the snapshot's path. */
export async function writeSnapshotIfMissing(): Promise<string> {
  const file = snapshotFile();
  if (existsSync(file)) return file;
  // mkdtemp creates a folder that only this user can read.
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-snapshot-'));
  try {
    const database = await openDatabase({
      dataDir,
      onError: (error) => {
        throw error;
      },
    });
    await database.start();
    await database.close();
    writeSnapshot(join(dataDir, 'db'), file);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return file;
}

if (import.meta.main) await writeSnapshotIfMissing();
