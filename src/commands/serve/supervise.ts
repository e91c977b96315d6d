import { writeSync } from 'node:fs';
import { createWatchdogLog } from '../../watchdog/log.ts';
import { serverLauncher } from '../../watchdog/server-process.ts';
import { CHECK_EVERY_MS, Watchdog } from '../../watchdog/watchdog.ts';
import { currentSettings } from '../settings/current.ts';
import { inheritedSocket } from './inherited-socket.ts';

/*
 * Imports little: this process stays small for as long as the server runs.
 */

export interface SuperviseOptions {
  /** In seconds: how long the event loop may stand still. */
  hangTimeout: number;
  startTimeout: number;
}

/** Runs `serve` in a process of its own and keeps it alive, until SIGTERM or SIGINT. Does not return. */
export function supervise({ hangTimeout, startTimeout }: SuperviseOptions): Promise<never> {
  const log = createWatchdogLog(process.env.STAGEPOST_LOG ?? 'info', writeLine);
  const watchdog = new Watchdog({
    launch: serverLauncher({
      args: [
        ...process.execArgv,
        // Without it Node reads the files of --env-file as well, and ends with a message of its own where one is missing.
        '--',
        process.argv[1]!,
        ...process.argv.slice(2).filter((arg) => arg !== '--supervise'),
      ],
      // Each server reads the env files itself, and so with what has changed since.
      env: currentSettings().inherited,
      listenFd: inheritedSocket(process.env, process.pid),
    }),
    hangAfterMs: hangTimeout * 1000,
    startHangAfterMs: startTimeout * 1000,
    log,
    now: () => performance.now(),
    onEnd: (exitCode) => process.exit(exitCode),
  });
  // A second signal, as of an impatient Ctrl+C, must not leave the server behind alone.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => watchdog.stop(signal));
  watchdog.start();
  setInterval(() => watchdog.check(), CHECK_EVERY_MS);
  return new Promise(() => {});
}

/** A reader that does not keep up must not end the supervisor: the pipe is shared with the server, which has made it non-blocking. */
function writeLine(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // The line is lost.
  }
}
