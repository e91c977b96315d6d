import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../store/database/database.ts';
import { DataUnusable } from '../../store/database/embedded/data-folder.ts';
import { lockData } from '../../store/database/embedded/data-lock.ts';
import { DatabaseTooNew } from '../../store/database/migrate.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

/** The PostgreSQL URL of the environment. @throws CommandError where it is something else */
export function databaseUrl(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env.DATABASE_URL;
  if (!url) return undefined;
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url;
  const name = env.DATABASE_URL_FILE
    ? `The content of DATABASE_URL_FILE (${env.DATABASE_URL_FILE})`
    : 'DATABASE_URL';
  throw new CommandError(`${name} must look like postgres://user:password@host:5432/name.`, EXIT.usage);
}

/**
 * Opens the database for one command: that of the URL, or the one in the data folder, which no other process may open
 * meanwhile. Never creates one.
 * @throws CommandError where there is no database, or another process has it open
 */
export async function withDatabase<T>(
  { dataDir, url }: { dataDir: string; url: string | undefined },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return openAndClose({ dataDir: null, databaseUrl: url }, work);
  if (!existsSync(join(dataDir, 'db')))
    throw new CommandError(
      `There is no database in ${dataDir}. If Stagepost uses another folder, name it with --data.`,
    );
  const lock = takeLock(dataDir);
  try {
    return await openAndClose({ dataDir }, work);
  } finally {
    lock.release();
  }
}

function takeLock(dataDir: string) {
  try {
    // Nobody can call this process: the token is never used.
    return lockData(dataDir, randomUUID());
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function openAndClose<T>(
  options: { dataDir: string | null; databaseUrl?: string },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ ...options, onError: () => {} }).catch(refuse);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** What a person can do something about becomes a message. */
function refuse(error: unknown): never {
  if (error instanceof DatabaseTooNew) throw new CommandError(error.message, EXIT.usage);
  throw error instanceof DataUnusable ? new CommandError(error.message) : error;
}
