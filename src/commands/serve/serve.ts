import { flushCompileCache } from 'node:module';
import type { Logger } from 'pino';
import { type App, startApp } from '../../app.ts';
import { formatProblems } from '../../config/index.ts';
import { UnresolvedNames } from '../../rules-admin/rules-source.ts';
import { DataUnusable } from '../../store/database/embedded/data-folder.ts';
import { DataInUse } from '../../store/database/embedded/data-lock.ts';
import { accessOf, sharedFolderAdvice } from '../../store/database/embedded/private-folder.ts';
import { OtherDatabase } from '../../store/database/identity/refusal.ts';
import { stateFolder } from '../../store/database/identity/seen-states.ts';
import { type LoadedConfig, readConfig } from '../data/config-file.ts';
import { databaseUrl } from '../data/database.ts';
import { type DatabaseWordOptions, databaseWords } from '../options/database-words.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print, printError } from '../terminal/output.ts';
import { exitOnBrokenDatabase } from './broken-database.ts';
import { buildConsoleIfMissing } from './console-build.ts';
import { databaseErrorMessage } from './database-errors.ts';
import { inheritedSocket } from './inherited-socket.ts';
import { startLifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';

export interface ServeOptions extends DatabaseWordOptions {
  config: string;
  data: string;
  port: number;
  host: string;
  trustProxy?: string;
  publicUrl?: string;
  allowedHosts?: string[];
}

/** A stop may take this long. What is still under way then is recovered at the next start. */
const STOP_WITHIN_MS = 9_000;

/** Runs Stagepost until it is asked to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  const lifecycle = startLifecycle();
  const loaded = readConfig(options.config);
  const url = databaseUrl();
  for (const warning of loaded.warnings)
    printError(colors.yellow(formatProblems([warning], options.config, loaded.text)));
  const log = createLog(process.env.STAGEPOST_LOG ?? 'info');
  const app = await start(options, loaded, url, log);
  // First: whoever reads the line may rely on the supervisor.
  lifecycle.ready();
  print(`stagepost listening on ${app.url}`);
  if (url === undefined) warnAboutSharedFolder(options.data, log);
  void buildConsoleIfMissing();
  const link = await app.setupLink();
  if (link !== null) print(`First sign-in, once, with a name and password of your choice: ${link}`);
  // At the end of the process it would be too late: a killed process would leave no cache for the next start.
  flushCompileCache();
  await lifecycle.stopRequested;
  lifecycle.stopping();
  const timer = setTimeout(() => process.exit(EXIT.ok), STOP_WITHIN_MS);
  await app.close();
  clearTimeout(timer);
  process.exit(EXIT.ok);
}

/** An own folder was made private at the start. One of another user, or on a file system without modes, cannot be. */
function warnAboutSharedFolder(dataDir: string, log: Logger): void {
  const { isShared, mode } = accessOf(dataDir);
  if (isShared)
    log.warn(
      { dataDir, mode },
      `Other users of this machine can read the data folder. ${sharedFolderAdvice(dataDir)}`,
    );
}

async function start(
  options: ServeOptions,
  loaded: LoadedConfig,
  url: string | undefined,
  log: Logger,
): Promise<App> {
  try {
    return await startApp({
      config: loaded.config,
      dataDir: options.data,
      databaseWords: databaseWords(options),
      stateDir: stateFolder(process.env),
      databaseUrl: url,
      host: options.host,
      port: options.port,
      trustProxy: options.trustProxy,
      publicUrl: options.publicUrl,
      allowedHosts: options.allowedHosts,
      metricsToken: process.env.STAGEPOST_METRICS_TOKEN || undefined,
      listenFd: inheritedSocket(process.env, process.pid),
      log,
      onFatal: (error) => exitOnBrokenDatabase(error, options.data, log),
    });
  } catch (error) {
    throw asCommandError(error, options, loaded, url);
  }
}

/** An error that a person can do something about becomes a message; others keep their stack trace. */
function asCommandError(
  error: unknown,
  { config, port, host }: ServeOptions,
  { text }: LoadedConfig,
  url: string | undefined,
): unknown {
  if (error instanceof UnresolvedNames)
    return new CommandError(formatProblems(error.problems, config, text), EXIT.usage);
  // As a configuration that is wrong: starting again would not help.
  if (error instanceof OtherDatabase) return new CommandError(error.message, EXIT.usage);
  if (error instanceof DataInUse || error instanceof DataUnusable) return new CommandError(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    return new CommandError(`Port ${port} on ${host} is in use. Choose another one with --port.`);
  const message = databaseErrorMessage(error, url);
  return message === null ? error : new CommandError(message);
}
