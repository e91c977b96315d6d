import type { Readable } from 'node:stream';
import { type BodyBudget, BodyBudgetExceeded, type BodyReading } from './body-budget.ts';

const FIRST_SIZE = 8_192;

/** Where the memory of a body comes from. */
export interface BodyMemory {
  budget: BodyBudget;
  /** The sender's network, which has a share of the budget. */
  network: string;
}

/** Takes the bytes of a body that is too large to be held, and makes something small of them. */
export interface BodySink<T> {
  /** The memory that it holds, in bytes. */
  heldBytes(): number;
  write(chunk: Buffer): void;
  /** Called once, after the last byte. */
  end(): T;
}

/** What becomes of a body that is larger than the limit. */
export interface LargeBodies<T> {
  /** The most that a sink is given, in bytes. */
  limit: number;
  open(): BodySink<T>;
}

/**
 * Reads a body into one growing piece of memory. A list of the chunks, as Fastify keeps it, is no
 * bound: a megabyte sent byte by byte held 230 MB of chunks (measured; four such senders, 0.9 GB).
 * @param limit in bytes
 * @param memory null: no bound on all bodies together
 * @param large null: a body over the limit is refused. Else its bytes go into a sink, those that came before first
 * @returns the body, or what the sink made of it, or null where it is too large; the rest is then read and dropped.
 * Rejects where the sender goes away before the end, and with BodyBudgetExceeded.
 */
export function readBody<T = never>(
  payload: Readable,
  limit: number,
  memory: BodyMemory | null = null,
  large: LargeBodies<T> | null = null,
): Promise<Buffer | T | null> {
  return new Promise((resolve, reject) => {
    const reading = memory?.budget.open(memory.network, fail) ?? UNBOUNDED;
    const most = large?.limit ?? limit;
    let buffer = Buffer.alloc(0);
    let length = 0;
    let sink: BodySink<T> | null = null;
    let sinkBytes = 0;

    function onData(chunk: Buffer): void {
      if (length + chunk.length > most) {
        end(() => resolve(null));
        return;
      }
      if (large !== null && sink === null && length + chunk.length > limit) openSink(large);
      const hasRoom = sink === null ? append(chunk) : pass(chunk, sink);
      length += chunk.length;
      if (!hasRoom) fail();
    }

    /** @returns false where there is no memory left, as of the next two */
    function append(chunk: Buffer): boolean {
      if (!makeRoom(chunk.length)) return false;
      chunk.copy(buffer, length);
      return true;
    }

    function makeRoom(bytes: number): boolean {
      if (length + bytes <= buffer.length) return true;
      const size = Math.min(limit, Math.max(FIRST_SIZE, buffer.length * 2, length + bytes));
      if (!reading.grow(size - buffer.length)) return false;
      const larger = Buffer.allocUnsafe(size);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
      return true;
    }

    function pass(chunk: Buffer, to: BodySink<T>): boolean {
      to.write(chunk);
      const more = to.heldBytes() - sinkBytes;
      sinkBytes += more;
      return more <= 0 || reading.grow(more);
    }

    function openSink({ open }: LargeBodies<T>): void {
      sink = open();
      sink.write(buffer.subarray(0, length));
      reading.shrink(buffer.length);
      buffer = Buffer.alloc(0);
    }

    function fail(): void {
      end(() => reject(new BodyBudgetExceeded()));
    }

    function end(settle: () => void): void {
      payload.off('data', onData);
      // Without a reader the sender would stand still, and its connection with it.
      payload.resume();
      reading.end();
      settle();
      buffer = Buffer.alloc(0);
      sink = null;
    }

    payload.on('data', onData);
    payload.once('end', () => {
      if (sink !== null) {
        const whole = sink;
        return end(() => resolve(whole.end()));
      }
      // The same bytes for as long as they wait to be stored, so no more memory than they need.
      const body = Buffer.from(buffer.subarray(0, length));
      end(() => resolve(body));
    });
    payload.once('error', (error) => end(() => reject(error)));
    payload.once('close', () =>
      end(() => reject(new Error('The sender went away before the end of the body.'))),
    );
  });
}

const UNBOUNDED: BodyReading = { grow: () => true, shrink: () => {}, end: () => {} };
