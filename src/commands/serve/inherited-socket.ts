/** systemd gives the first socket as this file descriptor (sd_listen_fds(3)). */
const FIRST_FD = 3;

/**
 * The file descriptor of a listening socket that whoever started this process holds open, or null. While
 * Stagepost restarts, or has crashed, the system keeps new connections waiting in that socket instead of
 * refusing them: a refused report would make Customer.io wait for an hour.
 *
 * systemd's way (`LISTEN_FDS` and `LISTEN_PID`), or `STAGEPOST_LISTEN_FD` where another supervisor cannot know
 * the process's number beforehand.
 */
export function inheritedSocket(env: NodeJS.ProcessEnv, pid: number): number | null {
  const own = env.STAGEPOST_LISTEN_FD ?? '';
  if (/^[1-9]\d{0,4}$/.test(own)) return Number(own);
  const isForUs = env.LISTEN_PID === String(pid);
  return isForUs && Number(env.LISTEN_FDS) >= 1 ? FIRST_FD : null;
}
