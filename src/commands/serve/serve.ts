import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import pc from 'picocolors';
import type { Logger } from 'pino';
import { type App, startApp } from '../../app.ts';
import { formatProblems } from '../../config/index.ts';
import { UnresolvedNames } from '../../rules-admin/rules-source.ts';
import { DataUnusable } from '../../store/database/embedded/data-folder.ts';
import { DataInUse } from '../../store/database/embedded/data-lock.ts';
import { CommandError, EXIT } from '../common/exit.ts';
import { createLog } from '../common/log.ts';
import { checkDatabaseUrl, type LoadedConfig, readConfig } from '../common/options.ts';
import { exitOnBrokenDatabase } from './broken-database.ts';
import { buildConsoleIfMissing } from './console-build.ts';
import { databaseErrorMessage } from './database-errors.ts';
import { inheritedSocket } from './inherited-socket.ts';

export interface ServeOptions {
  config: string;
  data: string;
  port: number;
  host: string;
  trustProxy?: string;
  publicUrl?: string;
}

/** How long a stop may take: what is under way then is handed back at the next start. */
const STOP_WITHIN_MS = 9_000;

/** Runs Stagepost until it is told to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  const loaded = readConfig(options.config);
  checkDatabaseUrl(process.env.DATABASE_URL);
  for (const warning of loaded.warnings) {
    console.error(pc.yellow(formatProblems([warning], options.config, loaded.text)));
  }
  const log = createLog(process.env.STAGEPOST_LOG ?? 'info');
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const app = await start(options, loaded, log);
  console.log(`stagepost listening on ${app.url}`);
  void buildConsoleIfMissing();
  const link = await app.setupLink();
  if (link !== null) console.log(`First sign-in, once, with a name and password of your choice: ${link}`);
  // Now, since a process that is killed would leave nothing for the next start.
  flushCompileCache();
  await stopped;
  const timer = setTimeout(() => process.exit(EXIT.ok), STOP_WITHIN_MS);
  await app.close();
  clearTimeout(timer);
  process.exit(EXIT.ok);
}

async function start(options: ServeOptions, loaded: LoadedConfig, log: Logger): Promise<App> {
  try {
    return await startApp({
      config: loaded.config,
      dataDir: options.data,
      databaseUrl: process.env.DATABASE_URL || undefined,
      host: options.host,
      port: options.port,
      trustProxy: options.trustProxy,
      publicUrl: options.publicUrl,
      listenFd: inheritedSocket(process.env, process.pid),
      log,
      onFatal: (error) => exitOnBrokenDatabase(error, options.data, log),
    });
  } catch (error) {
    throw inWords(error, options, loaded);
  }
}

/** What a person can do something about, without a stack trace. */
function inWords(error: unknown, options: ServeOptions, loaded: LoadedConfig): unknown {
  if (error instanceof UnresolvedNames) {
    return new CommandError(formatProblems(error.problems, options.config, loaded.text), EXIT.usage);
  }
  if (error instanceof DataInUse || error instanceof DataUnusable) return new CommandError(error.message);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new CommandError(
      `Port ${options.port} on ${options.host} is in use. Choose another one with --port.`,
    );
  }
  const words = databaseErrorMessage(error, process.env.DATABASE_URL);
  return words === null ? error : new CommandError(words);
}
