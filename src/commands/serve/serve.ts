import { flushCompileCache } from 'node:module';
import type { Logger } from 'pino';
import { type App, startApp } from '../../app.ts';
import { type Config, formatProblems } from '../../config/index.ts';
import { UnresolvedNames } from '../../rules-admin/rules-source.ts';
import { KEY_VARIABLE } from '../../secrets/key-source.ts';
import { DataUnusable } from '../../store/database/embedded/data-folder.ts';
import { DataInUse } from '../../store/database/embedded/data-lock.ts';
import { accessOf, sharedFolderAdvice } from '../../store/database/embedded/private-folder.ts';
import { OtherDatabase } from '../../store/database/identity/refusal.ts';
import { stateFolder } from '../../store/database/identity/seen-states.ts';
import { DatabaseTooNew } from '../../store/database/migrate.ts';
import { type LoadedConfig, readConfig } from '../data/config-file.ts';
import { databaseUrl } from '../data/database.ts';
import { type DatabaseOverrideOptions, databaseOverrides } from '../options/database-overrides.ts';
import { currentSettings } from '../settings/current.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { linkLines } from '../terminal/links.ts';
import { print, printError } from '../terminal/output.ts';
import { exitOnBrokenDatabase } from './broken-database.ts';
import { buildConsoleIfMissing } from './console-build.ts';
import { databaseErrorMessage } from './database-errors.ts';
import { inheritedSocket } from './inherited-socket.ts';
import { startLifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';

export interface ServeOptions extends DatabaseOverrideOptions {
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

/** Wins over `kommo_requests_per_second` of the configuration. */
const KOMMO_RATE = 'STAGEPOST_KOMMO_REQUESTS_PER_SECOND';

const FIRST_SIGN_IN = 'First sign-in, once, with a name and password of your choice: ';

/** Runs Stagepost until it is asked to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  const lifecycle = startLifecycle();
  const loaded = readConfig(options.config);
  const url = databaseUrl();
  for (const warning of loaded.warnings)
    printError(colors.yellow(formatProblems([warning], options.config, loaded.text)));
  const log = createLog(process.env.STAGEPOST_LOG ?? 'info');
  const { files } = currentSettings();
  if (files.length > 0) log.info({ envFiles: files }, 'settings were read from env files');
  const app = await startServer(options, loaded, url, log);
  // First: whoever reads the line may rely on the supervisor.
  lifecycle.ready();
  print(`stagepost listening on ${app.url}`);
  if (url === undefined) warnAboutSharedFolder(options.data, log);
  void buildConsoleIfMissing();
  const link = await app.setupLink();
  if (link !== null) print(firstSignIn(link, app.localUrl, options.publicUrl));
  if (!loaded.hasFile) await warnAboutMissingFile(app, options.config, log);
  // At the end of the process it would be too late: a killed process would leave no cache for the next start.
  flushCompileCache();
  await lifecycle.stopRequested;
  lifecycle.stopping();
  const timer = setTimeout(() => process.exit(EXIT.ok), STOP_WITHIN_MS);
  await app.close();
  clearTimeout(timer);
  process.exit(EXIT.ok);
}

function firstSignIn(link: string, localUrl: string, publicUrl: string | undefined): string {
  const path = link.slice(localUrl.length);
  return linkLines(FIRST_SIGN_IN, path, { publicUrl: publicUrl ?? null, localUrl });
}

/** Their file may only be in another folder, and their webhooks are answered 404. */
async function warnAboutMissingFile(app: App, file: string, log: Logger): Promise<void> {
  const connections = await app.connectionsWithoutConfiguration();
  if (connections.length > 0)
    log.warn(
      { connections },
      `The database has the history of connections that it does not keep, and there is no ${file}. If they were not removed on purpose, name their configuration with --config`,
    );
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

/** Starts a server. @throws CommandError for what a person can do something about */
export async function startServer(
  options: ServeOptions,
  loaded: LoadedConfig,
  url: string | undefined,
  log: Logger,
): Promise<App> {
  try {
    return await startApp({
      config: withKommoRate(loaded.config, process.env),
      dataDir: options.data,
      databaseOverrides: databaseOverrides(options),
      stateDir: stateFolder(process.env),
      databaseUrl: url,
      secretKey: process.env[KEY_VARIABLE],
      host: options.host,
      port: options.port,
      trustProxy: options.trustProxy,
      publicUrl: options.publicUrl,
      allowedHosts: options.allowedHosts,
      metricsToken: process.env.STAGEPOST_METRICS_TOKEN || undefined,
      listenFd: inheritedSocket(process.env, process.pid),
      accountOrigins: accountOrigins(process.env),
      log,
      onFatal: (error) => exitOnBrokenDatabase(error, options.data, log),
    });
  } catch (error) {
    throw asCommandError(error, options, loaded, url);
  }
}

/** The sum of all connections' calls a second, which an installation without a configuration file sets by a variable. @throws CommandError */
function withKommoRate(config: Config, env: NodeJS.ProcessEnv): Config {
  const text = env[KOMMO_RATE];
  if (!text) return config;
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1_000)
    throw new CommandError(`${KOMMO_RATE} must be a whole number from 1 to 1000.`, EXIT.usage);
  return { ...config, kommoRequestsPerSecond: Number(text) };
}

/** Simulators in the place of the accounts of connections that are made while it runs. @throws CommandError */
function accountOrigins(env: NodeJS.ProcessEnv): { kommo: string | null; customerio: string | null } {
  const { STAGEPOST_KOMMO_ORIGIN: kommo, STAGEPOST_CUSTOMERIO_ORIGIN: customerio } = env;
  return {
    kommo: originIn('STAGEPOST_KOMMO_ORIGIN', kommo),
    customerio: originIn('STAGEPOST_CUSTOMERIO_ORIGIN', customerio),
  };
}

function originIn(variable: string, text: string | undefined): string | null {
  if (!text) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new CommandError(`${variable} must be an origin such as http://127.0.0.1:9101.`, EXIT.usage);
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
  if (error instanceof OtherDatabase || error instanceof DatabaseTooNew)
    return new CommandError(error.message, EXIT.usage);
  if (error instanceof DataInUse || error instanceof DataUnusable) return new CommandError(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    return new CommandError(`Port ${port} on ${host} is in use. Choose another one with --port.`);
  const message = databaseErrorMessage(error, url);
  return message === null ? error : new CommandError(message);
}
