import type { TestProject } from 'vitest/node';
import { startPostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A real PostgreSQL for the whole run; each test file makes its own database in it. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for all tests: nothing else need be installed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgresServer(['-c', 'max_connections=200', '-c', 'fsync=off']);
  project.provide('postgresUrl', postgres.url);
  return () => postgres.remove();
}
