import { spawn } from 'node:child_process';

/** Tells systemd about this service (sd_notify(3)). */
export interface SystemdNotifier {
  ready(): void;
  stopping(): void;
}

/** What systemd-notify is run with, and what runs it; tests pass their own. */
export type RunNotify = (state: string) => void;

/**
 * Reports to systemd that the service is ready, that it stops, and, where the unit has `WatchdogSec`, that its event loop
 * runs, at a third of that time. Does nothing where systemd did not start this process with `Type=notify`.
 *
 * systemd's NOTIFY_SOCKET is a datagram socket of the Unix domain, which Node cannot send to. The packages that can are
 * native code. `systemd-notify`, a part of systemd, needs `NotifyAccess=all` in the unit, as it is a process of its own.
 */
export function startSystemdNotifier(
  env: NodeJS.ProcessEnv,
  run: RunNotify = runSystemdNotify,
): SystemdNotifier {
  if (!env.NOTIFY_SOCKET) return { ready: () => {}, stopping: () => {} };
  const intervalMs = watchdogIntervalMs(env);
  let timer: NodeJS.Timeout | null = null;
  return {
    ready() {
      run('READY=1');
      if (intervalMs === null) return;
      timer = setInterval(() => run('WATCHDOG=1'), intervalMs);
      timer.unref();
    },
    stopping() {
      if (timer) clearInterval(timer);
      run('STOPPING=1');
    },
  };
}

/** A third of `WATCHDOG_USEC`, in ms, so that a lost report is no reason to kill; null where the unit has no watchdog. */
export function watchdogIntervalMs({ WATCHDOG_USEC }: NodeJS.ProcessEnv): number | null {
  const usec = Number(WATCHDOG_USEC);
  return usec > 0 ? Math.max(1, Math.floor(usec / 1000 / 3)) : null;
}

function runSystemdNotify(state: string): void {
  const child = spawn('systemd-notify', [state], { stdio: 'ignore' });
  // Without systemd-notify, systemd ends the start after TimeoutStartSec and says so.
  child.on('error', () => {});
  child.unref();
}
