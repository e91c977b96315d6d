import { resolve } from 'node:path';
import type { DatabasePlace } from './decide.ts';
import type { Query } from './facts.ts';

export const embeddedPlace = (dataDir: string): DatabasePlace => ({
  kind: 'embedded',
  where: resolve(dataDir),
});

/** A place on a server, as the server names it. The URL's user and password are left out. */
export async function serverPlace(connectionString: string, query: Query): Promise<DatabasePlace> {
  const { rows } = await query('select current_database() as database, current_schema() as schema');
  const { database, schema } = rows[0] as { database: string; schema: string | null };
  const url = new URL(connectionString);
  const host = url.host || url.searchParams.get('host') || 'this machine';
  return { kind: 'postgres', where: `${host}/${database}, schema ${schema ?? 'unknown'}` };
}

/** A place as the end of a sentence. */
export function describePlace({ kind, where }: DatabasePlace): string {
  return kind === 'embedded' ? `the embedded database in ${where}` : `PostgreSQL at ${where}`;
}
