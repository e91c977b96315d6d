import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { type BoundSocket, bindSocket } from '../test/support/bound-socket.ts';
import { spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';

const RETRY_START_MS = 300;

export interface ProcessesOptions {
  /** Where each process is started; holds `stagepost.yaml` and the data. */
  folder: string;
  count: number;
  /** Read at each start; names the data folder, or the database. */
  env: Record<string, string>;
}

/** The Stagepost processes of a run, all on one address, each started again as soon as it has ended. */
export interface Processes {
  url: string;
  /** Resolves when all of them listen. */
  start(): Promise<void>;
  /** Ends one of them with a signal; it is started again at once. Null where none is up. */
  end(index: number, signal: 'SIGKILL' | 'SIGTERM'): boolean;
  /** Stops one for so long, as a machine that sleeps. */
  freeze(index: number, ms: number): boolean;
  /** Whether this one listens. */
  isUp(index: number): boolean;
  /** Ends all in good order and starts them again. */
  restart(): Promise<void>;
  /** Ends all, runs `work` while none is up, and starts them again. */
  whileDown(signal: 'SIGKILL' | 'SIGTERM', work: () => Promise<void>): Promise<void>;
  /** How each start took, in ms, from the start of the process to "listening". */
  startTimes: number[];
  /** Processes that ended unexpectedly. */
  crashes: string[];
  /** Starts that ended by themselves before the process was up: its database was away. */
  failedStarts: { count: number };
  close(): Promise<void>;
}

export function createProcesses({ folder, count, env }: ProcessesOptions): Processes {
  const socket: BoundSocket = bindSocket();
  const url = `http://127.0.0.1:${socket.port}`;
  const slots = Array.from({ length: count }, (_, index) => createSlot(index));
  const startTimes: number[] = [];
  const crashes: string[] = [];
  const failedStarts = { count: 0 };
  let closing = false;
  /** Processes that end are not started again. */
  let paused = false;

  interface Slot {
    child: ChildProcess | null;
    up: boolean;
    asked: boolean;
    log: WriteStream;
  }

  function createSlot(index: number): Slot {
    mkdirSync(folder, { recursive: true });
    const log = createWriteStream(join(folder, `stagepost-${index}.log`), { flags: 'a' });
    return { child: null, up: false, asked: false, log };
  }

  async function run(index: number): Promise<void> {
    if (paused) return;
    const slot = slots[index]!;
    const started = performance.now();
    const child = spawnStagepost(['serve'], {
      folder,
      fd: socket.fd,
      env: { STAGEPOST_LOG: 'warn', ...env },
    });
    Object.assign(slot, { child, up: false, asked: false });
    child.stderr!.pipe(slot.log, { end: false });
    child.on('exit', (code, signal) => {
      const wasUp = slot.up;
      slot.up = false;
      if (!slot.asked && wasUp) crashes.push(`process ${index} ended by itself (${code ?? signal})`);
      if (!slot.asked && !wasUp) failedStarts.count += 1;
      // Where the database is away a start fails, and a supervisor tries again.
      if (!closing && !paused) setTimeout(() => void run(index), wasUp || slot.asked ? 0 : RETRY_START_MS);
    });
    if ((await whenListening(child)) === null) return;
    slot.up = true;
    startTimes.push(performance.now() - started);
  }

  function end(index: number, signal: 'SIGKILL' | 'SIGTERM'): boolean {
    const slot = slots[index]!;
    if (!slot.child || slot.asked) return false;
    slot.asked = true;
    slot.child.kill(signal);
    return true;
  }

  async function whenUp(): Promise<void> {
    while (!slots.every(({ up }) => up)) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  return {
    url,
    async start() {
      await Promise.all(slots.map((_, index) => run(index)));
      await whenUp();
    },
    end,
    freeze(index, ms) {
      const { child, up } = slots[index]!;
      if (!child || !up) return false;
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), ms);
      return true;
    },
    isUp: (index) => slots[index]!.up,
    async restart() {
      const ended = slots.map(({ child }) => (child ? once(child, 'exit') : null));
      for (const index of slots.keys()) end(index, 'SIGTERM');
      await Promise.all(ended);
      await whenUp();
    },
    async whileDown(signal, work) {
      paused = true;
      // One may be between its end and its next start.
      while (
        slots.some(({ child }) => child !== null && child.exitCode === null && child.signalCode === null)
      ) {
        for (const index of slots.keys()) end(index, signal);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await work();
      paused = false;
      await Promise.all(slots.map((_, index) => run(index)));
      await whenUp();
    },
    startTimes,
    crashes,
    failedStarts,
    async close() {
      closing = true;
      const ended = slots.map(({ child }) => (child && child.exitCode === null ? once(child, 'exit') : null));
      for (const index of slots.keys()) end(index, 'SIGTERM');
      await Promise.all(ended);
      for (const { log } of slots) log.end();
      socket.close();
    },
  };
}
