import type { RawBuilder } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Steps } from './steps.ts';

/** A statement that removes, or empties, at most so many rows. */
export type Removal = (rows: number) => RawBuilder<unknown>;

/** @returns how many rows it has affected */
export async function removeInSteps(db: Db, removal: Removal, steps: Steps): Promise<number> {
  let total = 0;
  await steps.repeat(async (rows) => {
    const { numAffectedRows } = await removal(rows).execute(db);
    total += Number(numAffectedRows ?? 0);
    return Number(numAffectedRows ?? 0) === rows;
  });
  return total;
}
