import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { LastDatabase } from './decide.ts';
import { lastDatabaseSchema } from './record.ts';

/*
 * The latest state of each database that this user's servers have used, by its identity. It is kept outside of the data
 * folder, since a backup of that folder brings its own record along.
 */

const FILE = 'databases.json';
/** The databases that are remembered: those that were used last. */
const KEPT = 50;

const states = z.record(z.string(), lastDatabaseSchema);

/**
 * `$XDG_STATE_HOME/stagepost` or `~/.local/state/stagepost` (XDG Base Directory Specification); null for a user without a
 * home of its own, such as a system user, or root with another user's HOME.
 */
export function stateFolder(env: NodeJS.ProcessEnv): string | null {
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'stagepost');
  const home = homedir();
  const uid = process.getuid?.();
  const owner = statSync(home, { throwIfNoEntry: false })?.uid;
  return owner === undefined || (uid !== undefined && owner !== uid)
    ? null
    : join(home, '.local/state/stagepost');
}

/** The latest known state of a database; null where it was never seen. */
export function readSeenState(folder: string | null, installation: string | null): LastDatabase | null {
  return folder === null || installation === null ? null : (readStates(folder)[installation] ?? null);
}

/** Remembers the state of a database. Where the folder cannot be written, the record in the data folder has to do. */
export function writeSeenState(folder: string | null, state: LastDatabase): void {
  const { installation } = state.facts;
  if (folder === null || installation === null) return;
  const newestFirst = Object.entries({ ...readStates(folder), [installation]: state })
    .sort(([, a], [, b]) => b.usedAt - a.usedAt)
    .slice(0, KEPT);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const next = join(folder, `${FILE}.${process.pid}.next`);
    writeFileSync(next, JSON.stringify(Object.fromEntries(newestFirst)), { mode: 0o600 });
    renameSync(next, join(folder, FILE));
  } catch {}
}

function readStates(folder: string): Record<string, LastDatabase> {
  try {
    return states.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
  } catch {
    return {};
  }
}
