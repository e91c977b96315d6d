import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Short, so that a process which has used up its part does not wait long for the next. */
const PERIOD_US = 20_000;

/** Where the kernel's control groups are, versions 1 and 2, and how each is written. */
const KINDS = [
  {
    root: '/sys/fs/cgroup/cpu',
    write: (folder: string, quota: number) => {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota));
    },
  },
  {
    root: '/sys/fs/cgroup',
    write: (folder: string, quota: number) => writeFileSync(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`),
  },
];

/**
 * Gives each of these processes only a part of a processor, by a control group of its own. Needs Linux and the right
 * to make one, as root has it.
 * @returns how to end that once the processes have ended; null where it cannot be done.
 */
export function throttle(pids: number[], part: number): { end(): void } | null {
  for (const { root, write } of KINDS) {
    const folders = pids.map((pid) => join(root, `stagepost-bench-${pid}`));
    const end = () => {
      for (const folder of folders) rmdirSync(folder);
    };
    try {
      for (const [index, folder] of folders.entries()) {
        mkdirSync(folder);
        write(folder, Math.round(PERIOD_US * part));
        writeFileSync(join(folder, 'cgroup.procs'), String(pids[index]));
      }
      return { end };
    } catch {
      try {
        end();
      } catch {
        // What was not made need not be removed.
      }
    }
  }
  return null;
}
