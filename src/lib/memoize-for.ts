/** Shares one run of `work` among all calls within `ms`. A failure is not kept. (p-memoize takes its time from Date only.) */
export function memoizeFor<T>(ms: number, now: () => number, work: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; result: Promise<T> } | null = null;
  return () => {
    if (kept && now() - kept.at < ms && now() >= kept.at) return kept.result;
    const result = work();
    const own = { at: now(), result };
    kept = own;
    result.catch(() => {
      if (kept === own) kept = null;
    });
    return result;
  };
}
