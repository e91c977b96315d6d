import { KOMMO_EFFECTS } from '../../../domain/actions/writes.ts';
import { MAX_BATCH, RECOMMENDED_BATCH } from '../../../kommo/index.ts';
import { PRIORITY } from '../../../store/actions/actions.ts';
import type { OutboxRow } from '../outbox.ts';
import { callOf } from './send.ts';

/** The size of the next batch. It doubles after a full batch was accepted, and halves after one was too large. */
export class BatchSize {
  #size = RECOMMENDED_BATCH;

  get value(): number {
    return this.#size;
  }

  accepted(count: number): void {
    if (count >= this.#size) this.#size = Math.min(MAX_BATCH, this.#size * 2);
  }

  /** A batch was too much for a gateway: it took too long (504), or had too many bytes (413). */
  tooLarge(count: number): void {
    this.#size = Math.max(1, Math.floor(count / 2));
  }
}

/** The fewest calls that write `items` items, in batches that grow as the lane's do. */
export function leastCalls(items: number): number {
  const size = new BatchSize();
  let calls = 0;
  for (let left = items; left > 0; calls += 1) {
    const count = Math.min(left, size.value);
    size.accepted(count);
    left -= count;
  }
  return calls;
}

/**
 * The actions of the next request: those with the oldest action's call that are next on their deal. An action with another
 * call holds back later actions on the same deal.
 */
export function nextBatch(due: OutboxRow[], size: number): OutboxRow[] {
  const batch: OutboxRow[] = [];
  const heldDeals = new Set<string>();
  /** The kinds of action that a deal has in this request: two values for one field must arrive in their order. */
  const taken = new Set<string>();
  for (const action of due) {
    const call = callOf(action);
    const kindOnDeal = `${action.payload.kind} ${action.subject}`;
    const isSecond = KOMMO_EFFECTS[call] === 'set' && taken.has(kindOnDeal);
    if (call !== callOf(due[0]!) || isSecond) heldDeals.add(action.subject);
    else if (!heldDeals.has(action.subject)) {
      batch.push(action);
      taken.add(kindOnDeal);
    }
    if (batch.length >= size) break;
  }
  return batch;
}

/** The rate limiter's priority of a batch: that of its most urgent action. */
export function priorityOf(actions: OutboxRow[]): 'write' | 'retry' | 'bulk' {
  const first = Math.min(...actions.map((action) => action.priority));
  return first === PRIORITY.live ? 'write' : first === PRIORITY.retry ? 'retry' : 'bulk';
}
