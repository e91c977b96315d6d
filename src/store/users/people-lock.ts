import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** A number that no other advisory lock of Stagepost uses: "people" in ASCII. */
const KEY = 0x70656f706c65;

/**
 * Makes changes of users and links wait for each other until this transaction ends. Without it two admins could demote
 * each other, two links could each create a first admin, and two links that end each other would deadlock.
 */
export async function lockPeople(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${KEY}::bigint)`.execute(trx);
}
