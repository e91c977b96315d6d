import { DeliveryError } from '../../domain/errors.ts';
import { errorsIn, type NamedError, shortMessage } from '../answer-body.ts';
import type { Answer } from '../call.ts';
import { classOf, failed } from './answers.ts';
import {
  type BatchCall,
  type BatchItem,
  type BatchResult,
  batchBody,
  type PreparedItem,
  planBatches,
} from './batch.ts';
import { refusalCode } from './refusal-code.ts';

/**
 * Sends items in as few requests as the limits allow, one after another. The results have the order of the items. Never
 * throws a DeliveryError: the failure of a whole request (`retryable`, `throttled`, `unauthorized`) becomes the result of
 * its items and of all items not sent yet. A refused item fails alone. `onCall` is called after every request.
 */
export async function sendBatch(
  items: BatchItem[],
  send: (body: string) => Promise<Answer>,
  setting: string,
  onCall: (call: BatchCall) => void = () => {},
): Promise<BatchResult[]> {
  const { chunks, refused } = planBatches(items);
  const errors = new Map(refused);
  const queue = [...chunks];
  while (queue.length > 0) {
    const chunk = queue.shift()!;
    const started = performance.now();
    const { rejected, status, error, next } = await sendChunk(chunk, send, setting);
    const ms = performance.now() - started;
    onCall({ items: chunk.map(({ index }) => index), refused: rejected.size, status, ms, error });
    for (const [index, refusal] of rejected) errors.set(index, refusal);
    if (next === 'split') queue.unshift(...halves(chunk));
    if (next !== 'stop') continue;
    for (const item of [chunk, ...queue].flat()) errors.set(item.index, error!);
    break;
  }
  return items.map((_, index) => {
    const error = errors.get(index);
    return error === undefined ? { ok: true } : { ok: false, error };
  });
}

interface ChunkResult {
  status: number | null;
  rejected: Map<number, DeliveryError>;
  /** Why the request failed as a whole, or null. */
  error: DeliveryError | null;
  /**
   * `split`: an item is refused but the answer does not name it, so the halves are sent (every item may be repeated).
   * `stop`: the next request would fail, too.
   */
  next: 'continue' | 'split' | 'stop';
}

async function sendChunk(
  chunk: PreparedItem[],
  send: (body: string) => Promise<Answer>,
  setting: string,
): Promise<ChunkResult> {
  let answer: Answer;
  try {
    answer = await send(batchBody(chunk));
  } catch (error) {
    if (error instanceof DeliveryError)
      return { status: error.status, rejected: new Map(), error, next: 'stop' };
    throw error;
  }
  const { status } = answer;
  const failure = classOf(status, answer.body);
  if (failure === null) return { status, rejected: new Map(), error: null, next: 'continue' };
  if (failure === 'permanent') return refusals(chunk, answer, setting);
  return { status, rejected: new Map(), error: failed(failure, answer, setting), next: 'stop' };
}

/** Assigns refusals to items. Only with a 2xx were the items that the answer does not name accepted. */
function refusals(chunk: PreparedItem[], answer: Answer, setting: string): ChunkResult {
  const { status } = answer;
  const errors = errorsIn(answer.body.json);
  const named = errors.filter((error) => error.index !== null && error.index < chunk.length);
  const rejected = new Map<number, DeliveryError>();
  for (const error of named) {
    const index = chunk[error.index!]!.index;
    const earlier = rejected.get(index)?.message;
    rejected.set(index, itemError(error, earlier, status));
  }
  const isPartial = status < 300;
  if (isPartial && named.length === errors.length) return { status, rejected, error: null, next: 'continue' };
  const error = failed('permanent', answer, setting);
  if (chunk.length > 1) return { status, rejected: new Map(), error, next: 'split' };
  return { status, rejected: new Map([[chunk[0]!.index, error]]), error, next: 'continue' };
}

/** Customer.io's errors about single items are validation errors, so they are permanent. */
function itemError(error: NamedError, earlier: string | undefined, status: number): DeliveryError {
  const complaint = shortMessage(error.message);
  const message =
    earlier === undefined
      ? `Customer.io refused this item: ${complaint}`
      : shortMessage(`${earlier}; ${complaint}`);
  return new DeliveryError('permanent', message, { code: refusalCode(status, message), status });
}

function halves(chunk: PreparedItem[]): PreparedItem[][] {
  const middle = Math.ceil(chunk.length / 2);
  return [chunk.slice(0, middle), chunk.slice(middle)];
}
