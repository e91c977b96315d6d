import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server process that is measured. */
export interface Serving {
  url: string;
  /** Memory that it holds now, in MB (VmRSS). */
  rssMb(): number;
  /** The most memory that it has held since its start, in MB (VmHWM). */
  peakMb(): number;
  /** Processor time since its start, in seconds, all threads. */
  cpuSeconds(): number;
  /** Runs the hourly job of retention at once (see `unlimited.ts`). @returns how long it took, in ms */
  runRetention(): Promise<number>;
  stop(): Promise<void>;
}

/** The line with which a server says that the job has ended. */
export const RETENTION_ENDED = 'the retention job has ended';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Linux counts processor time in hundredths of a second (sysconf _SC_CLK_TCK). */
const TICKS_A_SECOND = 100;

export function serving(child: ChildProcess, url: string): Serving {
  children.add(child);
  const stat = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    url,
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(stat('status'))![1]) / 1024,
    peakMb: () => Number(/VmHWM:\s+(\d+)/.exec(stat('status'))![1]) / 1024,
    cpuSeconds() {
      // The name in parentheses may hold spaces; user and system time are the 12th and 13th fields after it.
      const fields = stat('stat')
        .slice(stat('stat').lastIndexOf(')') + 2)
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    },
    async runRetention() {
      const began = performance.now();
      const lines = createInterface({ input: child.stdout! });
      child.kill('SIGUSR2');
      for await (const line of lines) if (line === RETENTION_ENDED) break;
      return performance.now() - began;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      children.delete(child);
    },
  };
}
