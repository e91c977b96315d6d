import type { Db } from '../store/database/database.ts';
import { readJudgements } from '../store/health/judgements.ts';
import type { ConnectionHealth } from './health.ts';

/** A connection whose last judgement is older than this, ms, is judged by nobody. */
export const ABANDONED_MS = 45_000;

/** The last judgement of a connection, and how old it is. */
export interface StoredHealth {
  health: ConnectionHealth;
  ageMs: number;
}

/** What the processes on the database have last said of these connections, by name. */
export async function readHealth(db: Db, names: string[]): Promise<Map<string, StoredHealth>> {
  const rows = await readJudgements(db, names);
  return new Map(
    rows.flatMap(({ connection, judgement, ageMs }) =>
      isConnectionHealth(judgement) ? [[connection, { health: judgement, ageMs }] as const] : [],
    ),
  );
}

/** The connections that a process judges now. */
export async function recentHealth(db: Db, names: string[]): Promise<ConnectionHealth[]> {
  const stored = [...(await readHealth(db, names)).values()];
  return stored.filter(({ ageMs }) => ageMs <= ABANDONED_MS).map(({ health }) => health);
}

/** Another version may have stored another shape: its judgement is then unknown until its process is replaced. */
function isConnectionHealth(value: unknown): value is ConnectionHealth {
  const { connection, light, sides } = (value ?? {}) as Partial<ConnectionHealth>;
  return typeof connection === 'string' && typeof light === 'string' && Array.isArray(sides);
}
