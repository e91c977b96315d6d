import { readFileSync } from 'node:fs';

/** Facts of a process from /proc/PID/status (proc_pid_status(5)) that say how it hangs; none on other systems than Linux. */
export function processFacts(pid: number | undefined): Record<string, unknown> {
  const status = statusOf(pid);
  if (status === null) return {};
  return {
    /** `R`: it computes, as in an endless loop; `S`: it waits; `D`: for a disk; `T`: it was stopped by a signal. */
    processState: status.get('State'),
    residentMemory: status.get('VmRSS'),
    threads: status.get('Threads'),
  };
}

/** Whether a debugger such as gdb has attached to the process. */
export function isTraced(pid: number | undefined): boolean {
  return Number(statusOf(pid)?.get('TracerPid') ?? 0) > 0;
}

function statusOf(pid: number | undefined): Map<string, string> | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new Map(text.split('\n').map((line) => line.split(/:\s+/, 2) as [string, string]));
  } catch {
    return null;
  }
}
