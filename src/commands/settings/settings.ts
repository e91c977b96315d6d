import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readFailure, readSmallFile } from '../../lib/read-file.ts';
import { KEY_VARIABLE } from '../../secrets/key-source.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { type LineFault, parseEnvFile } from './env-file.ts';
import { readSecretFiles } from './secret-files.ts';

/*
 * Settings are variables of the environment. Those of env files are added to it before the command line is read, since
 * most options are variables as well. So every command that is given the same env file finds the same configuration,
 * secrets and data as the service.
 */

/** The env files that were read, and what is wrong with them without stopping a command. */
export interface Settings {
  /** Absolute paths, in the order of reading. */
  files: string[];
  /** The default file where it exists and this user may not read it. */
  unreadable: string | null;
  warnings: string[];
  /** The environment as it was before, for a process that reads the files itself. */
  inherited: NodeJS.ProcessEnv;
}

export const NO_SETTINGS: Settings = { files: [], unreadable: null, warnings: [], inherited: process.env };

/** In an env file these are relative to that file, like every `…_FILE`, so that they do not depend on where a command runs. */
const PATHS = ['STAGEPOST_CONFIG', 'STAGEPOST_DATA'];
/** Stagepost's own secrets. Those of the configuration are read with it, since it names them. */
const OWN_SECRETS = ['DATABASE_URL', 'STAGEPOST_METRICS_TOKEN', 'STAGEPOST_MOVE_TO', KEY_VARIABLE];
/** Commands with settings of their own, which leave a service on this machine alone. */
const WITHOUT_DEFAULT_FILE = ['demo', 'simulate'];
const DEFAULT_NAME = 'stagepost.env';
const CONFIG_NAME = 'stagepost.yaml';
const MAX_BYTES = 256 * 1024;

/**
 * Adds the variables of the env files to the environment, and the secrets that variables ending in `_FILE` point to.
 * What is set in the environment wins; of several files the last one wins.
 * @param args the command line, without Node and the script
 * @param env is changed
 * @throws CommandError where a file that was named cannot be read, or has a line that is not a setting
 */
export function applySettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const { named, fallback, hasConfig } = envFiles(args, env);
  const settings: Settings = { files: [], unreadable: null, warnings: [], inherited: { ...env } };
  const values: Record<string, string> = {};
  for (const file of named ?? [fallback]) {
    const text = readEnvFile(file, named === null);
    if (text === null) continue;
    if (text === UNREADABLE) settings.unreadable = file;
    else {
      Object.assign(values, valuesOf(file, text, settings.warnings));
      settings.files.push(file);
      settings.warnings.push(...accessWarnings(file));
    }
  }
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
  if (!hasConfig && named !== null) setConfigNextTo(named, env);
  addOwnSecrets(env);
  return settings;
}

/**
 * An empty file is a mistake, not a missing setting: without DATABASE_URL a server would start with another database, and
 * without STAGEPOST_METRICS_TOKEN everybody could read the metrics.
 */
function addOwnSecrets(env: NodeJS.ProcessEnv): void {
  const { values, faults, origins } = readSecretFiles(OWN_SECRETS, env);
  for (const { message, hint } of faults.values())
    throw new CommandError(`${upperFirst(message)}. ${hint ?? ''}`.trim(), EXIT.usage);
  for (const [name, value] of Object.entries(values)) {
    if (value.trim() === '') throw new CommandError(`The file of ${origins.get(name)} is empty.`, EXIT.usage);
    env[name] = value;
  }
}

/** As the env file next to a configuration is found, so is the configuration next to an env file that is named. */
function setConfigNextTo(files: string[], env: NodeJS.ProcessEnv): void {
  if (env.STAGEPOST_CONFIG || existsSync(CONFIG_NAME)) return;
  const config = files.map((file) => join(dirname(file), CONFIG_NAME)).findLast((file) => existsSync(file));
  if (config !== undefined) env.STAGEPOST_CONFIG = config;
}

/** The files that `--env-file` or STAGEPOST_ENV_FILE name, else null; and the one that is read without being named. */
function envFiles(
  args: string[],
  env: NodeJS.ProcessEnv,
): { named: string[] | null; fallback: string; hasConfig: boolean } {
  // The command line is read again by the command itself, which refuses what is wrong with it.
  const { values, positionals } = parseArgs({
    args,
    strict: false,
    allowPositionals: true,
    options: { 'env-file': { type: 'string', multiple: true }, config: { type: 'string' } },
  });
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const fromOptions = (values['env-file'] ?? []).filter(isText) as string[];
  const fromVariable = (env.STAGEPOST_ENV_FILE ?? '').split(delimiter).filter(isText);
  const named = fromOptions.length > 0 ? fromOptions : fromVariable;
  const config = isText(values.config) ? (values.config as string) : env.STAGEPOST_CONFIG || '.';
  const folder = config === '.' ? '.' : dirname(config);
  const hasDefault = !WITHOUT_DEFAULT_FILE.includes(positionals[0] ?? '');
  return {
    named: named.length > 0 || !hasDefault ? named.map((file) => resolve(file)) : null,
    fallback: resolve(folder, DEFAULT_NAME),
    hasConfig: isText(values.config),
  };
}

const UNREADABLE = Symbol('unreadable');

/** @param isDefault a file that nobody has named need not exist, and may be readable for the service manager only */
function readEnvFile(file: string, isDefault: boolean): string | null | typeof UNREADABLE {
  try {
    return readSmallFile(file, MAX_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isDefault && code === 'ENOENT') return null;
    if (isDefault && (code === 'EACCES' || code === 'EPERM')) return UNREADABLE;
    throw new CommandError(`The env file ${file} ${readFailure(error, MAX_BYTES)}.`, EXIT.usage);
  }
}

function valuesOf(file: string, text: string, warnings: string[]): Record<string, string> {
  const parsed = parseEnvFile(text);
  const inFile = ({ line, message }: LineFault) => `${file}:${line}  ${message}`;
  if (parsed.errors.length > 0)
    throw new CommandError(
      ['The env file has lines that are not settings:', ...parsed.errors.map(inFile)].join('\n  '),
      EXIT.usage,
    );
  warnings.push(...parsed.warnings.map(inFile));
  return Object.fromEntries(
    Object.entries(parsed.values).flatMap(([name, value]) => {
      if (name.startsWith('NODE_')) {
        warnings.push(
          `${file}  ${name} belongs in the environment: Node reads it before Stagepost reads this file`,
        );
        return [];
      }
      const isPath = (PATHS.includes(name) || name.endsWith('_FILE')) && value !== '';
      return [[name, isPath ? resolve(dirname(file), value) : value]];
    }),
  );
}

/** Group and others, for whom the file should be closed. A group that may read it is common: `root:stagepost`, mode 640. */
const READ_BY_OTHERS = 0o004;
const WRITTEN_BY_OTHERS = 0o022;

function accessWarnings(file: string): string[] {
  const stats = statSync(file);
  if (process.platform === 'win32' || !stats.isFile()) return [];
  const { mode } = stats;
  const shown = (mode & 0o777).toString(8);
  if (mode & WRITTEN_BY_OTHERS)
    return [`Other users of this machine can change ${file} (mode ${shown}). Run: chmod 600 ${file}`];
  if (mode & READ_BY_OTHERS)
    return [`Other users of this machine can read ${file} (mode ${shown}). Run: chmod 600 ${file}`];
  return [];
}

/** What to do about a variable that is set nowhere. */
export function missingVariableHint(name: string, { files, unreadable }: Settings): string {
  if (files.length > 0) return `Set ${name}. It is neither in the environment nor in ${files.join(', ')}.`;
  if (unreadable !== null)
    return `Set ${name}. ${unreadable} exists, but this user may not read it: run the command as Stagepost's user.`;
  return (
    `Set ${name} in the environment or in an env file. No env file was read: name one with --env-file FILE, ` +
    `or put ${DEFAULT_NAME} next to the configuration.`
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
