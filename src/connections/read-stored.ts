import { type ConfigProblem, type ConnectionConfig, loadStoredConnection } from '../config/index.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { StoredConnection } from '../store/connections/stored-connections.ts';
import { formOf } from './sealed-form.ts';
import { causeOfError, causeOfProblems, type UnreadableConnection } from './unreadable.ts';

export type ReadConnection =
  | { ok: true; config: ConnectionConfig }
  | {
      ok: false;
      cause: Pick<UnreadableConnection, 'reason' | 'todo'>;
      /** By key, for what is not valid; one for the whole connection where it could not be opened. */
      problems: ConfigProblem[];
      /** Null where it was opened and is not valid. */
      error: unknown;
    };

/** Decrypts and validates a row. Never throws. @param keyring throws KeyUnusable where there is no key */
export function readStored(row: Omit<StoredConnection, 'change'>, keyring: () => Keyring): ReadConnection {
  try {
    const loaded = loadStoredConnection(row.connection, formOf(row, keyring()), {
      pausedAt: row.paused_at,
      resumedAt: row.resumed_at,
    });
    if (loaded.ok) return loaded;
    const { problems } = loaded;
    return { ok: false, cause: causeOfProblems(problems), problems, error: null };
  } catch (error) {
    const cause = causeOfError(error);
    const message = cause.reason.replace(/\.$/, '');
    const problem = { path: row.connection, message, hint: cause.todo, line: 0, column: 0 };
    return { ok: false, cause, problems: [problem], error };
  }
}
