import { readFileSync } from 'node:fs';
import {
  type Config,
  type ConfigProblem,
  formatProblems,
  type LoadResult,
  loadConfig,
} from '../../config/index.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

export interface LoadedConfig {
  config: Config;
  warnings: ConfigProblem[];
  /** The text of the file, for messages that quote a line. */
  text: string;
}

/** Reads and validates the configuration. @throws CommandError with every problem, its line and what to do */
export function readConfig(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): LoadedConfig {
  const { text, result } = loadFile(file, env, leftRules);
  if (!result.ok) throw new CommandError(formatProblems(result.problems, file, text), EXIT.usage);
  return { config: result.config, warnings: result.warnings, text };
}

/** The configuration, or every problem in it. @throws CommandError where the file cannot be read */
export function loadFile(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  leftRules?: 'ignored',
): { text: string; result: LoadResult } {
  const text = readText(file);
  return { text, result: loadConfig({ text, file, env, ...(leftRules ? { leftRules } : {}) }) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CommandError(
      `The configuration ${file} ${reason}. Start from a copy of examples/stagepost.yaml, or name another file with --config.`,
      EXIT.usage,
    );
  }
}

/** The connection that `--connection` names, or the only one. @throws CommandError */
export function selectConnection({ connections }: Config, name: string | undefined) {
  const names = connections.map((connection) => connection.name).join(', ');
  if (name === undefined && connections.length > 1)
    throw new CommandError(`Name the connection with --connection. There are: ${names}.`, EXIT.usage);
  const selected = connections.find((connection) => name === undefined || connection.name === name);
  if (selected) return selected;
  throw new CommandError(`There is no connection "${name}". There are: ${names}.`, EXIT.usage);
}

/** All connections, or the one that `--connection` names. @throws CommandError */
export function selectConnections(config: Config, name: string | undefined) {
  return name === undefined ? config.connections : [selectConnection(config, name)];
}
