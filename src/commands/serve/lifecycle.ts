import { once } from 'node:events';
import { isSupervised } from '../../watchdog/environment.ts';
import { startHeartbeat } from '../../watchdog/heartbeat.ts';
import { startSystemdNotifier } from '../../watchdog/systemd.ts';

/** What a server reports to whatever keeps it alive, systemd or a supervisor, and when that asks it to stop. */
export interface Lifecycle {
  /** Resolves at SIGTERM or SIGINT, or when the supervisor has died. */
  stopRequested: Promise<unknown>;
  ready(): void;
  stopping(): void;
}

export function startLifecycle(): Lifecycle {
  const systemd = startSystemdNotifier(process.env);
  if (!isSupervised(process.env)) {
    return { ...systemd, stopRequested: Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]) };
  }
  const supervisorGone = Promise.withResolvers<void>();
  const heartbeat = startHeartbeat(process, supervisorGone.resolve);
  // A terminal's Ctrl+C reaches both processes, and the supervisor passes it on as SIGTERM.
  process.on('SIGINT', () => {});
  return {
    stopRequested: Promise.race([once(process, 'SIGTERM'), supervisorGone.promise]),
    ready() {
      heartbeat.ready();
      systemd.ready();
    },
    stopping: systemd.stopping,
  };
}
