import { setTimeout as delayFor } from 'node:timers/promises';
import { DeliveryError } from '../../domain/errors.ts';
import { limiterClock } from './clock.ts';
import type { Transport } from './transport.ts';

export interface RepeatOptions {
  /** How long a call may wait altogether, in ms. */
  withinMs: number;
  now?: () => number;
  /** Rejects when the signal aborts. */
  delay?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * A transport whose calls wait where Kommo answers 429, and are made again after the time that it asks for. A call that was
 * answered so has done nothing, so this is right for every kind of call. A block (403) is not waited for.
 */
export function repeatThrottled(transport: Transport, options: RepeatOptions): Transport {
  const { withinMs, now = limiterClock.now, delay = abortableDelay } = options;
  return {
    async send(call, callOptions = {}) {
      const deadline = now() + withinMs;
      for (;;) {
        try {
          return await transport.send(call, callOptions);
        } catch (error) {
          const waitMs = throttledFor(error);
          if (waitMs === null || now() + waitMs > deadline) throw error;
          await delay(waitMs, callOptions.signal);
        }
      }
    },
  };
}

/** The wait that a 429 asks for, in ms; null for another error. */
function throttledFor(error: unknown): number | null {
  return error instanceof DeliveryError && error.status === 429 ? error.retryAfterMs : null;
}

const abortableDelay = (ms: number, signal: AbortSignal | undefined) =>
  delayFor(ms, undefined, signal ? { signal } : {});
