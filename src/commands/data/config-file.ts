import { readFileSync } from 'node:fs';
import {
  type Config,
  type ConfigProblem,
  type Environment,
  formatProblems,
  type LoadResult,
  loadConfig,
  variablesIn,
} from '../../config/index.ts';
import { DEFAULT_CONFIG } from '../options/server-options.ts';
import { currentSettings } from '../settings/current.ts';
import { readSecretFiles } from '../settings/secret-files.ts';
import { missingVariableHint } from '../settings/settings.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

export interface LoadedConfig {
  config: Config;
  warnings: ConfigProblem[];
  /** The text of the file, for messages that quote a line. */
  text: string;
  /** False where nobody has named a file and there is none at the default path: all connections are in the database. */
  hasFile: boolean;
}

/** Reads and validates the configuration. @throws CommandError with every problem, its line and what to do */
export function readConfig(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): LoadedConfig {
  const { text, hasFile, result } = loadFile(file, env, leftRules);
  if (!result.ok) throw new CommandError(formatProblems(result.problems, file, text), EXIT.usage);
  return { config: result.config, warnings: result.warnings, text, hasFile };
}

/** The configuration, or every problem in it. @throws CommandError where the file cannot be read */
export function loadFile(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): { text: string; hasFile: boolean; result: LoadResult } {
  const fileText = readText(file);
  const text = fileText ?? WITHOUT_FILE;
  const { values, faults, origins } = readSecretFiles(variablesIn(text), env);
  const missingHint = (name: string) => missingVariableHint(name, currentSettings());
  const source = { text, file, env: { ...env, ...values }, advice: { faults, origins, missingHint } };
  const hasFile = fileText !== null;
  return { text, hasFile, result: loadConfig({ ...source, ...(leftRules ? { leftRules } : {}) }) };
}

/** The values of the variables in a valid configuration. */
export function environmentOf(text: string, env: NodeJS.ProcessEnv = process.env): Environment {
  return { ...env, ...readSecretFiles(variablesIn(text), env).values };
}

/** What counts where there is no file. */
const WITHOUT_FILE = 'connections: {}\n';

/** @returns null where the default file does not exist */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && file === DEFAULT_CONFIG) return null;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CommandError(
      `The configuration ${file} ${reason}. Start from a copy of examples/stagepost.yaml, or name another file with --config.`,
      EXIT.usage,
    );
  }
}

const NO_CONNECTION =
  'There is no connection yet, neither in a configuration file nor in the database. The console of stagepost serve adds one.';

/** The connection that `--connection` names, or the only one. @throws CommandError */
export function selectConnection<T extends { name: string }>(
  { connections }: { connections: T[] },
  name: string | undefined,
): T {
  const names = connections.map((connection) => connection.name).join(', ');
  if (names === '') throw new CommandError(NO_CONNECTION, EXIT.usage);
  if (name === undefined && connections.length > 1)
    throw new CommandError(`Name the connection with --connection. There are: ${names}.`, EXIT.usage);
  const selected = connections.find((connection) => name === undefined || connection.name === name);
  if (selected) return selected;
  throw new CommandError(`There is no connection "${name}". There are: ${names}.`, EXIT.usage);
}

/** All connections, or the one that `--connection` names. @throws CommandError */
export function selectConnections<T extends { name: string }>(
  config: { connections: T[] },
  name: string | undefined,
): T[] {
  return name === undefined ? config.connections : [selectConnection(config, name)];
}
