import { type Context, createContext, Script } from 'node:vm';

/** Synchronous work was interrupted, wherever it was. */
export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`This took longer than ${ms} ms.`);
    this.name = 'DeadlineExceeded';
  }
}

const script = new Script('work()');
let context: Context | null = null;

/**
 * Runs synchronous work and interrupts it at the deadline, also in the middle of an endless loop. Node docs, `vm`: the
 * timeout terminates the execution, functions of the caller that the script calls included; no `catch` or `finally` of the
 * work runs then, so what it has changed must be thrown away. A call takes about 0.1 ms, since it starts a thread.
 * @throws DeadlineExceeded, or the work's own error
 */
export function withDeadline<T>(ms: number, work: () => T): T {
  context ??= createContext({ work: null });
  let result: T;
  context.work = () => {
    result = work();
  };
  try {
    script.runInContext(context, { timeout: ms });
    return result!;
  } catch (error) {
    const isDeadline = (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isDeadline ? new DeadlineExceeded(ms) : error;
  } finally {
    context.work = null;
  }
}
