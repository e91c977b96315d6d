/** systemd gives the first socket as this file descriptor (sd_listen_fds(3)). */
const FIRST_FD = 3;

/**
 * The file descriptor of a listening socket that the parent process holds open, or null. While Stagepost restarts, the
 * system queues new connections in that socket instead of refusing them: after a refused report, Customer.io would wait
 * for an hour.
 *
 * Given as systemd does (`LISTEN_FDS` and `LISTEN_PID`), or in `STAGEPOST_LISTEN_FD` by a supervisor that cannot know the
 * process id beforehand.
 */
export function inheritedSocket(env: NodeJS.ProcessEnv, pid: number): number | null {
  const own = env.STAGEPOST_LISTEN_FD ?? '';
  if (/^[1-9]\d{0,4}$/.test(own)) return Number(own);
  const isForUs = env.LISTEN_PID === String(pid);
  return isForUs && Number(env.LISTEN_FDS) >= 1 ? FIRST_FD : null;
}
