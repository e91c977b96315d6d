import { type Kysely, sql } from 'kysely';

const NEW_NAMES = [
  ['again', 'retryable'],
  ['slow_down', 'throttled'],
  ['reconnect', 'unauthorized'],
  ['reject', 'permanent'],
] as const;

/** The failure classes get the names that other delivery systems use; the stored ones follow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [before, after] of NEW_NAMES) {
    await sql`update actions set failure = ${after} where failure = ${before}`.execute(db);
    await sql`update attempts set outcome = ${after} where outcome = ${before}`.execute(db);
  }
}
