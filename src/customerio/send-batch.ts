import { DeliveryError } from '../rules/failures.ts';
import { classOf, failed } from './answers.ts';
import { type BatchItem, type BatchResult, batchBody, type PreparedItem, planBatches } from './batch.ts';
import type { Answer } from './http.ts';
import { errorsIn, type NamedError, oneLine } from './words.ts';

/**
 * Sends items in as few requests as the limits allow, one after another; the results stand in the order of the
 * items. Never throws a DeliveryError: a request that fails as a whole (`again`, `slow_down`, `reconnect`) is the
 * result of its items and of all that were not sent yet. What it refuses for one item fails that item alone.
 */
export async function sendBatch(
  items: BatchItem[],
  send: (body: string) => Promise<Answer>,
  setting: string,
): Promise<BatchResult[]> {
  const { chunks, refused } = planBatches(items);
  const errors = new Map(refused);
  const queue = [...chunks];
  while (queue.length > 0) {
    const chunk = queue.shift()!;
    const outcome = await sendChunk(chunk, send, setting);
    for (const [index, error] of outcome.rejected) errors.set(index, error);
    if (outcome.split) queue.unshift(...halves(chunk));
    if (outcome.stopped === null) continue;
    for (const item of [chunk, ...queue].flat()) errors.set(item.index, outcome.stopped);
    break;
  }
  return items.map((_, index) => {
    const error = errors.get(index);
    return error === undefined ? { ok: true } : { ok: false, error };
  });
}

interface Outcome {
  rejected: Map<number, DeliveryError>;
  /** Something in it is wrong, but nothing says which item: send the halves (every item may be repeated). */
  split: boolean;
  /** The whole request failed, and the next one would too. */
  stopped: DeliveryError | null;
}

async function sendChunk(
  chunk: PreparedItem[],
  send: (body: string) => Promise<Answer>,
  setting: string,
): Promise<Outcome> {
  let answer: Answer;
  try {
    answer = await send(batchBody(chunk));
  } catch (error) {
    if (error instanceof DeliveryError) return { rejected: new Map(), split: false, stopped: error };
    throw error;
  }
  const failure = classOf(answer.status, answer.body);
  if (failure === null) return { rejected: new Map(), split: false, stopped: null };
  if (failure !== 'reject')
    return { rejected: new Map(), split: false, stopped: failed(failure, answer, setting) };
  return refusals(chunk, answer, setting);
}

/** Only a 2xx says that the items it does not name were accepted. */
function refusals(chunk: PreparedItem[], answer: Answer, setting: string): Outcome {
  const errors = errorsIn(answer.body.json);
  const named = errors.filter((error) => error.index !== null && error.index < chunk.length);
  const rejected = new Map<number, DeliveryError>();
  for (const error of named) {
    const index = chunk[error.index!]!.index;
    const earlier = rejected.get(index)?.message;
    rejected.set(index, itemError(error, earlier, answer.status));
  }
  const isPartial = answer.status < 300;
  if (isPartial && named.length === errors.length) return { rejected, split: false, stopped: null };
  if (chunk.length > 1) return { rejected: new Map(), split: true, stopped: null };
  const whole = failed('reject', answer, setting);
  return { rejected: new Map([[chunk[0]!.index, whole]]), split: false, stopped: null };
}

/** Customer.io: errors about single items are validation errors, and permanent. */
function itemError(error: NamedError, earlier: string | undefined, status: number): DeliveryError {
  const words = oneLine(error.words);
  const message =
    earlier === undefined ? `Customer.io refused this item: ${words}` : oneLine(`${earlier}; ${words}`);
  return new DeliveryError('reject', message, { status });
}

function halves(chunk: PreparedItem[]): PreparedItem[][] {
  const middle = Math.ceil(chunk.length / 2);
  return [chunk.slice(0, middle), chunk.slice(middle)];
}
