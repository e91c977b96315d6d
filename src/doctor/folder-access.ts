import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { accessOf, sharedFolderAdvice } from '../store/database/embedded/private-folder.ts';
import { type Verdict, warning } from './finding.ts';

/** A warning where other users of the machine can read or change the data folder; none where it does not exist yet. */
export function checkFolderAccess(dataDir: string): Verdict[] {
  if (!statSync(dataDir, { throwIfNoEntry: false })?.isDirectory()) return [];
  const { isShared, mode } = accessOf(dataDir);
  if (!isShared) return [];
  const problem = `Other users of this machine can read or change ${resolve(dataDir)} (mode ${mode})`;
  return [warning(problem, sharedFolderAdvice(dataDir))];
}
