import type { HookItem } from './format.ts';

/** Gathers what happens within a short time for one receiver, so that it goes out in one POST. */
export interface Coalescer<Target> {
  /** Hands over at once when `ms` is 0. */
  add(target: Target, items: HookItem[], ms: number): void;
  forget(target: Target): void;
  /** How many receivers have something gathered. */
  readonly size: number;
  idle(): Promise<void>;
  close(): void;
}

export function createCoalescer<Target>(
  flush: (target: Target, items: HookItem[]) => void,
): Coalescer<Target> {
  const gathered = new Map<Target, { items: HookItem[]; timer: NodeJS.Timeout }>();
  const idlers: (() => void)[] = [];

  const drop = (target: Target) => {
    const entry = gathered.get(target);
    clearTimeout(entry?.timer);
    gathered.delete(target);
    return entry?.items ?? [];
  };
  const settle = () => {
    if (gathered.size === 0) for (const resolve of idlers.splice(0)) resolve();
  };

  return {
    add(target, items, ms) {
      const entry = gathered.get(target);
      if (entry) entry.items.push(...items);
      else if (ms <= 0) flush(target, items);
      else {
        const timer = setTimeout(() => {
          flush(target, drop(target));
          settle();
        }, ms);
        gathered.set(target, { items: [...items], timer });
      }
    },
    forget(target) {
      drop(target);
      settle();
    },
    get size() {
      return gathered.size;
    },
    idle: () =>
      gathered.size === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve)),
    close() {
      for (const target of [...gathered.keys()]) drop(target);
      settle();
    },
  };
}
