import type { Work } from './contract.ts';
import type { Sides } from './sides.ts';

/**
 * Whether nothing is on its way: neither in Stagepost nor between it and the simulators. What is missing then does not
 * come any more. A machine that stalls is not idle, so that nothing is given up because of it.
 * @param work what Stagepost holds, as it has just reported; null while it does not run
 */
export function isIdle({ kommo, customerio }: Sides, work: Work | null): boolean {
  const pending = kommo.hooksPending() + customerio.pendingReports + customerio.pendingChanges;
  return work !== null && work.waiting === 0 && pending === 0;
}
