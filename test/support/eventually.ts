import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 40_000;

/**
 * Resolves with what `read` returns as soon as it does not throw; rejects with its error after 40 s. The pauses grow, so that a
 * long wait costs little of the processor that the others wait for.
 */
export async function eventually<T>(read: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let pauseMs = 5; ; pauseMs = Math.min(1.2 * pauseMs, 50)) {
    try {
      return await read();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await sleep(pauseMs);
  }
}
