import { execFile } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { DataUnusable } from './data-folder.ts';
import { restoreSnapshot, snapshotFile } from './snapshot.ts';

/**
 * Creates a new embedded database as `folder`, which must not exist: from the snapshot, with all tables, or by initdb,
 * without tables. The migrations run afterwards in both cases.
 * @throws DataUnusable where the folder cannot be written.
 */
export async function createFolder(folder: string): Promise<void> {
  const restored = await restoreSnapshot(snapshotFile(), folder).catch((error: unknown) => {
    throw cannotCreate(folder, error);
  });
  if (!restored) await initialiseFolder(folder);
}

/**
 * Runs initdb in another process: it takes 700 MB, which are freed when that process ends. The folder gets its name when
 * it is complete, so a process that is killed before leaves nothing that looks like a database.
 * @throws DataUnusable where the folder cannot be written.
 */
export async function initialiseFolder(folder: string): Promise<void> {
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const args = ['--liftoff-only', '--input-type=module', '--eval', INITIALISE];
  try {
    await promisify(execFile)(process.execPath, [
      ...args,
      import.meta.resolve('@electric-sql/pglite'),
      making,
    ]);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw cannotCreate(folder, /^\w*Error.*/m.exec(stderr)?.[0] ?? error);
  }
  renameSync(making, folder);
}

const INITIALISE = `
  const [, module, folder] = process.argv;
  const { PGlite } = await import(module);
  await (await PGlite.create(folder)).close();
`;

function cannotCreate(folder: string, reason: unknown): DataUnusable {
  return new DataUnusable(`The embedded database cannot be created in ${folder}: ${String(reason)}`);
}
