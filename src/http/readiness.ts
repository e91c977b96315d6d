import type { Db } from '../store/database/database.ts';

/** What readiness asks of a process whose database is open. */
export interface ReadinessSource {
  db: Db;
  /** The state of each connection, by name. `standby` is ready: another process runs the connection. */
  connections(): { name: string; state: string; reason?: string | null }[];
}

/**
 * Ready means that the database answers and that every connection runs, in this process or in another one.
 * @param source null while the database is being opened.
 * @returns a sentence for each problem; empty where the process is ready.
 */
export async function problemsOf(source: ReadinessSource | null): Promise<string[]> {
  if (!source) return ['Stagepost is starting.'];
  try {
    await source.db.selectFrom('connections').select('connection').limit(1).execute();
  } catch {
    return ['The database cannot be reached.'];
  }
  return source
    .connections()
    .filter(({ state }) => state === 'waiting')
    .map(({ name, reason }) => `Connection ${name} waits: ${reason}`);
}
