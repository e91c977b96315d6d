import type { CurrentDatabase } from '../store/database/identity/decide.ts';
import { findDifference } from '../store/database/identity/guard.ts';
import { differenceAdvice } from '../store/database/identity/refusal.ts';
import { stateFolder } from '../store/database/identity/seen-states.ts';
import { failure, type Verdict } from './finding.ts';

/** A failure where `stagepost serve` would refuse this database, since another one or a later state was used last. */
export async function checkLastDatabase(dataDir: string, current: CurrentDatabase): Promise<Verdict[]> {
  const difference = await findDifference(dataDir, stateFolder(process.env), current);
  if (difference === null) return [];
  const { message, todo } = differenceAdvice(difference);
  return [failure(message, todo)];
}
