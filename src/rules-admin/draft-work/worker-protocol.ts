import type { RulesErrorCode } from '../errors.ts';
import type { DraftTaskName } from './draft-tasks.ts';

/** From the server to the worker process. */
export interface TaskRequest {
  name: DraftTaskName;
  input: unknown;
}

/** From the worker process: `ready` once after its start, then `begun` and one answer for each request. */
export type WorkerMessage =
  | { kind: 'ready' }
  /** The code of the task is loaded: its time starts now. */
  | { kind: 'begun' }
  /** `output` is JSON: its length was checked before it is sent. */
  | { kind: 'done'; output: string }
  | { kind: 'refused'; code: RulesErrorCode; message: string }
  /** A bug; the worker goes on. */
  | { kind: 'failed'; stack: string };

/** The time limit of a task from `begun` to its answer, in ms. The server ends the process then. */
export const TASK_DEADLINE_MS = 5_000;
/** The longest answer, in characters of JSON: it is parsed on the thread that answers webhooks. */
export const MAX_OUTPUT_CHARACTERS = 1_000_000;
