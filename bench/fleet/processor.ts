import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (sysconf _SC_CLK_TCK). */
const TICKS_A_SECOND = 100;

/** Of a process, all threads, in seconds; `withEnded`: and of its children that have ended. 0 where it is gone. */
function cpuSecondsOf(pid: number, withEnded = false): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces. User and system time, then those of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, withEnded ? 15 : 13).reduce((sum, field) => sum + Number(field), 0);
    return ticks / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}

export function parentOf(pid: number): number | null {
  try {
    return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  } catch {
    return null;
  }
}

/** Of a process and its children, those that have ended too, in seconds. */
export function familyCpuSeconds(pid: number): number {
  const children = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid,
  );
  return cpuSecondsOf(pid, true) + children.reduce((sum, child) => sum + cpuSecondsOf(Number(child)), 0);
}
