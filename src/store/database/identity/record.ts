import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LastDatabase } from './decide.ts';

/** In the data folder, also where PostgreSQL is used. */
const FILE = 'stagepost.database.json';

const count = z.number().int().nonnegative();
const words = z.array(z.enum(['start-empty', 'accept-other-database', 'accept-older-database']));
export const lastDatabaseSchema: z.ZodType<LastDatabase> = z.object({
  kind: z.enum(['embedded', 'postgres']),
  where: z.string(),
  usedAt: count,
  words,
  facts: z.object({
    installation: z.string().nullable(),
    marks: z.object({ inbox: count, events: count, actions: count }),
    holdings: z.object({
      rules: z.record(z.string(), count),
      users: z.array(z.string()),
      tokens: count,
      timers: count,
      undelivered: count,
      deadLetters: count,
    }),
  }),
});

/** The database that was used last; null where there is no record, or none that can be read. */
export function readLastDatabase(dataDir: string): LastDatabase | null {
  try {
    return lastDatabaseSchema.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Writes the record, for this user only. The folder is created where it is missing.
 * @throws the error of the file system
 */
export function writeLastDatabase(dataDir: string, last: LastDatabase): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, FILE);
  const next = `${file}.${process.pid}.next`;
  try {
    writeFileSync(next, `${JSON.stringify(last, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
