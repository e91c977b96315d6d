import { vi } from 'vitest';

/** Resolves with what `look` returns as soon as it does not throw; rejects with its error after 20 s. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 20_000, interval: 5 });
}
