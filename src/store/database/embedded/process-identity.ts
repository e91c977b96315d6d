import { readFileSync } from 'node:fs';

/** Identifies a process. A pid alone is not enough, since the system reuses pids. */
export interface ProcessIdentity {
  pid: number;
  /** The boot id of the machine and the start time since the boot. Null on systems other than Linux. */
  startedAt: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(statOf(process.pid)) };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process lives, but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  // A killed process whose parent has not collected it yet is a zombie: dead, though its pid is taken.
  if (stat?.[0] === 'Z') return false;
  const current = startOf(stat);
  if (startedAt === null || current === null) return true;
  // Stagepost 0.1 wrote the start time without the boot id.
  return startedAt === (startedAt.includes(':') ? current : current.slice(current.indexOf(':') + 1));
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)), counted from the state, field 3. */
const START_TIME = 19;

function startOf(stat: string[] | null): string | null {
  const time = stat?.[START_TIME];
  return time === undefined ? null : `${bootId()}:${time}`;
}

/** Needed in containers, where Stagepost always is process 1 and may start at the same time after each boot. */
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
