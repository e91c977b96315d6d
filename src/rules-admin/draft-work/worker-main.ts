import { createContext, Script } from 'node:vm';
import { RulesError } from '../errors.ts';
import { type DraftTaskName, loadTask } from './draft-tasks.ts';
import {
  MAX_OUTPUT_CHARACTERS,
  TASK_DEADLINE_MS,
  type TaskRequest,
  type WorkerMessage,
} from './worker-protocol.ts';

/*
 * The main module of the process that works on drafts (draft-worker.ts starts it). It has no database, no network
 * clients and none of the server's environment.
 */

/**
 * Ends a task that the server can no longer end because it has gone itself; later than the server's own deadline.
 */
const ORPHAN_DEADLINE_MS = TASK_DEADLINE_MS + 5_000;

const context: { task: (() => void) | null } = { task: null };
const sandbox = createContext(context);
const script = new Script('task()');

/** Runs `task` with a time limit that interrupts it wherever it is. @throws Error after the limit */
function runInterruptibly<T>(task: () => T): T {
  let result: T | undefined;
  context.task = () => {
    result = task();
  };
  script.runInContext(sandbox, { timeout: ORPHAN_DEADLINE_MS });
  return result as T;
}

async function answerTo({ name, input }: TaskRequest): Promise<WorkerMessage> {
  try {
    const task = await loadTask(name);
    await send({ kind: 'begun' });
    return { kind: 'done', output: runInterruptibly(() => toBoundedJson(task(input as never))) };
  } catch (error) {
    if (error instanceof RulesError) return { kind: 'refused', code: error.code, message: error.message };
    return { kind: 'failed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** @throws RulesError `invalid` where the text is too long */
function toBoundedJson(output: unknown): string {
  const text = JSON.stringify(output ?? null);
  if (text.length <= MAX_OUTPUT_CHARACTERS) return text;
  throw new RulesError(
    'invalid',
    `The answer would be ${Math.ceil(text.length / 1e6)} MB long, and at most 1 MB is shown. Make the rules or their texts shorter.`,
  );
}

/** Resolves when the message is written: a task blocks this process, and what is not written waits for its end. */
function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

// Ctrl-C in a terminal reaches the whole process group; the server decides when this process ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (request: TaskRequest) => void answerTo(request).then(send));
const FIRST_TASK: DraftTaskName = 'check';
await loadTask(FIRST_TASK);
await send({ kind: 'ready' });
