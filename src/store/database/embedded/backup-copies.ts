import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'backup.copy-';

/** Where the backup of this process copies the database to. */
export function backupCopyOf(dataDir: string): string {
  return join(dataDir, `${PREFIX}${process.pid}`);
}

/** Whether a backup copies the files of this data folder, or reads its copy. */
export function isBackupRunning(dataDir: string): boolean {
  return copiesIn(dataDir).some(({ isAlive }) => isAlive);
}

/** Removes the copies of backups that were killed. Two backups at once do not know each other, so those that run stay. */
export function removeAbandonedCopies(dataDir: string): void {
  for (const { path, isAlive } of copiesIn(dataDir))
    if (!isAlive) rmSync(path, { recursive: true, force: true });
}

function copiesIn(dataDir: string): { path: string; isAlive: boolean }[] {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({
      path: join(dataDir, name),
      isAlive: isProcessAlive(Number(name.slice(PREFIX.length))),
    }));
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
