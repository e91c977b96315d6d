import { memoizeFor } from './memoize-for.ts';

/** As `memoizeFor`, for each key. Of more than `most` keys the one that was first asked for longest ago is forgotten. */
export function memoizeByKey<T>({
  ms,
  most,
  now,
}: {
  ms: number;
  most: number;
  now(): number;
}): (key: string, work: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { at: number; read: () => Promise<T> }>();
  return (key, work) => {
    const found = kept.get(key);
    if (found && now() - found.at < ms && now() >= found.at) return found.read();
    kept.delete(key);
    const read = memoizeFor(ms, now, work);
    kept.set(key, { at: now(), read });
    const [oldest] = kept.keys();
    if (kept.size > most) kept.delete(oldest!);
    return read();
  };
}
