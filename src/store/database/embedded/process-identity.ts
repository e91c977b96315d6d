import { readFileSync } from 'node:fs';

/** Which process it was; its pid alone may be that of another one by now. */
export interface ProcessIdentity {
  pid: number;
  /** In which run of the machine it started, and how long after the boot. Null where the system does not say (not Linux). */
  startedAt: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(statOf(process.pid)) };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  // A killed process whose parent has not collected it yet is a zombie: dead, though its pid is taken.
  if (stat?.[0] === 'Z') return false;
  const current = startOf(stat);
  if (startedAt === null || current === null) return true;
  // Stagepost 0.1 wrote the time alone, without the boot.
  return startedAt === (startedAt.includes(':') ? current : current.slice(current.indexOf(':') + 1));
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)), counted from the state, field 3. */
const START_TIME = 19;

function startOf(stat: string[] | null): string | null {
  const time = stat?.[START_TIME];
  return time === undefined ? null : `${bootId()}:${time}`;
}

/** In a container Stagepost is always process 1, and always starts soon after the boot. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** The fields of /proc/PID/stat from the state on; null on other systems than Linux, and for a process that ended. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
