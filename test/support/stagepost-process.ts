import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const BIN = join(import.meta.dirname, '../../bin/stagepost.js');

export interface StagepostOptions {
  /** Where it runs; holds stagepost.yaml and the data unless the arguments say otherwise. */
  folder?: string;
  /** All that it sees of the environment, besides the PATH. */
  env: Record<string, string>;
  /** A listening socket to hand over. */
  fd?: number | null;
  /** Default `pipe`; unread output would stop a process that says much. */
  stderr?: 'pipe' | 'ignore' | 'inherit';
  /** The limit of open files (`ulimit -n`); default: that of this process. */
  openFiles?: number | undefined;
}

/** Runs the program as a process of its own, as a person or a supervisor does. */
export function spawnStagepost(args: string[], options: StagepostOptions): ChildProcess {
  const { folder, env, fd = null, stderr = 'pipe', openFiles } = options;
  const program = [process.execPath, BIN, ...args];
  const [command, ...rest] =
    openFiles === undefined
      ? program
      : // The limit is one of the process, and survives `exec`.
        ['/bin/sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...program];
  return spawn(command!, rest, {
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ['ignore', 'pipe', stderr, ...(fd === null ? [] : [fd])],
    env: {
      PATH: process.env.PATH,
      ...(folder === undefined ? {} : { XDG_STATE_HOME: resolve(folder) }),
      ...(fd === null ? {} : { STAGEPOST_LISTEN_FD: '3' }),
      ...env,
    },
  });
}

/** @returns the address, when `serve` says that it is ready; null where it ended before. */
export async function whenListening(child: ChildProcess): Promise<string | null> {
  const line = once(createInterface({ input: child.stdout! }), 'line').then(([words]) => words as string);
  const ended = once(child, 'exit').then(() => null);
  const words = await Promise.race([line, ended]);
  return words === null ? null : words.replace(/^stagepost listening on /, '');
}

/** Waits for the end of a command. */
export async function finish(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (part) => (out += part));
  child.stderr?.on('data', (part) => (err += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
