import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { RulesError } from '../errors.ts';
import type { TaskRunner } from './draft-queue.ts';
import type { DraftTaskName } from './draft-tasks.ts';
import { TASK_DEADLINE_MS, type TaskRequest, type WorkerMessage } from './worker-protocol.ts';

/** Module next to this file: TypeScript in a checkout, JavaScript in the package. */
const MAIN = fileURLToPath(
  new URL(`./worker-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
/** Enough for rules of the longest text with a comparison of 500 events. */
const MAX_HEAP_MB = 128;
/** Loading the code takes about half a second; on a host that swaps much longer. */
const START_WITHIN_MS = 20_000;
/** The process is kept for this long after its last task, in ms: a page is checked again with each pause in the typing. */
const KEEP_MS = 60_000;
/** Deliveries and webhooks come first. */
const NICENESS = 5;
/** The variables of the environment that texts depend on, or that Node needs. None is a secret. */
const PASSED_VARIABLES = ['TZ', 'LANG', 'LC_ALL', 'PATH', 'SystemRoot'];

export interface DraftWorkerOptions {
  log: Pick<Logger, 'warn' | 'error'>;
  /** The time limit of a task, in ms. */
  deadlineMs?: number;
  /** How long the process is kept after its last task, in ms. */
  keepMs?: number;
  /** The main module of the process; tests have their own. */
  main?: string;
}

interface Job extends TaskRequest {
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

type State =
  | { name: 'off' }
  | { name: 'starting'; child: ChildProcess; job: Job; timer: NodeJS.Timeout }
  | { name: 'loading'; child: ChildProcess; job: Job; timer: NodeJS.Timeout }
  | { name: 'working'; child: ChildProcess; job: Job; timer: NodeJS.Timeout }
  | { name: 'idle'; child: ChildProcess; timer: NodeJS.Timeout };

/**
 * Runs tasks on drafts in a process of its own, one at a time. A draft can loop for ever or fill the memory: then that
 * process is killed, and this one has only waited. It is a process and not a worker thread because a thread that
 * exceeds its `resourceLimits` with one big allocation (an array, a string) aborts the whole process (seen with
 * Node 24.21: "Last few GCs", SIGABRT).
 *
 * States:
 * - `off`: no process
 * - `starting`: the process loads its code, and `job` waits for it, with a time limit
 * - `loading`: the process has got `job` and loads the code of its task, with a time limit
 * - `working`: the process works on `job`, with a time limit
 * - `idle`: the process waits for the next task, and is ended after a minute without one
 *
 * Whatever ends the process (a deadline, its memory limit, a crash) leads to `off` and rejects the job.
 */
export class DraftWorker implements TaskRunner {
  readonly #options: Required<DraftWorkerOptions>;
  #state: State = { name: 'off' };

  constructor(options: DraftWorkerOptions) {
    this.#options = { deadlineMs: TASK_DEADLINE_MS, keepMs: KEEP_MS, main: MAIN, ...options };
  }

  /** @throws RulesError, also where the task took too long or needed too much memory */
  run(name: DraftTaskName, input: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job = { name, input, resolve, reject };
    if (this.#state.name === 'idle') this.#hand(this.#state.child, job);
    else if (this.#state.name === 'off') this.#start(job);
    else reject(new Error('A draft worker runs one task at a time.'));
    return promise;
  }

  get state(): State['name'] {
    return this.#state.name;
  }

  /** The id of the process; null in the state `off`. */
  get pid(): number | null {
    return 'child' in this.#state ? (this.#state.child.pid ?? null) : null;
  }

  async close(): Promise<void> {
    if (this.#state.name !== 'off') this.#end(new RulesError('unavailable', 'Stagepost is stopping.'));
  }

  #start(job: Job): void {
    const child = fork(this.#options.main, {
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
      env: environment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message: WorkerMessage) => this.#onMessage(child, message));
    child.on('error', (error) => this.#onExit(child, error.message));
    child.on('exit', (code, signal) => this.#onExit(child, signal ?? `exit code ${code}`));
    // An idle process must not keep this one running.
    child.unref();
    child.channel?.unref();
    lowerPriority(child);
    this.#enter({ name: 'starting', child, job, timer: this.#loadingTimer() });
  }

  #hand(child: ChildProcess, job: Job): void {
    this.#enter({ name: 'loading', child, job, timer: this.#loadingTimer() });
    const { name, input } = job;
    child.send({ name, input } satisfies TaskRequest);
  }

  #loadingTimer(): NodeJS.Timeout {
    const onLate = () =>
      this.#end(new RulesError('overloaded', 'This machine is too busy to work on rules now.'));
    return setTimeout(onLate, START_WITHIN_MS);
  }

  #onMessage(child: ChildProcess, message: WorkerMessage): void {
    const state = this.#state;
    if (!('child' in state) || state.child !== child || !('job' in state)) return;
    if (message.kind === 'ready') {
      this.#hand(child, state.job);
      return;
    }
    if (message.kind === 'begun') {
      const timer = setTimeout(() => this.#onDeadline(state.job), this.#options.deadlineMs);
      this.#enter({ ...state, name: 'working', timer });
      return;
    }
    const timer = setTimeout(() => this.#end(null), this.#options.keepMs);
    timer.unref();
    this.#enter({ name: 'idle', child, timer });
    settle(state.job, message);
  }

  #onDeadline({ name }: Job): void {
    const { log, deadlineMs } = this.#options;
    log.warn({ task: name, deadlineMs }, 'work on rules took too long and was ended');
    const limit = `${deadlineMs / 1000} s`;
    this.#end(
      new RulesError(
        'invalid',
        `Working on these rules takes longer than ${limit}, so it was ended. Make the rules or their texts shorter.`,
      ),
    );
  }

  /** The process has ended by itself: its memory limit, or a crash. */
  #onExit(child: ChildProcess, reason: string): void {
    const state = this.#state;
    if (!('child' in state) || state.child !== child) return;
    if ('job' in state)
      this.#options.log.warn({ task: state.job.name, reason }, 'the process that works on rules has ended');
    this.#end(
      new RulesError(
        'invalid',
        'Working on these rules needs too much memory. Make the rules or their texts shorter.',
      ),
    );
  }

  /** Kills the process. @param error for the job, where there is one */
  #end(error: RulesError | null): void {
    const state = this.#state;
    this.#enter({ name: 'off' });
    if ('child' in state) state.child.kill('SIGKILL');
    if ('job' in state) state.job.reject(error);
  }

  #enter(state: State): void {
    if ('timer' in this.#state) clearTimeout(this.#state.timer);
    this.#state = state;
  }
}

function settle(
  { resolve, reject }: Job,
  message: Exclude<WorkerMessage, { kind: 'ready' | 'begun' }>,
): void {
  if (message.kind === 'done') resolve(JSON.parse(message.output));
  else if (message.kind === 'refused') reject(new RulesError(message.code, message.message));
  else reject(new Error(`Work on rules failed: ${message.stack}`));
}

function environment(): NodeJS.ProcessEnv {
  const passed = PASSED_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // The folder of the cache for this version of Node is below the one that the variable names.
  const cache = getCompileCacheDir();
  return { ...Object.fromEntries(passed), ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}) };
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // The process has ended already, which `exit` reports.
  }
}
