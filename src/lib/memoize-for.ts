/** Does a piece of work for all who ask within so many ms. A failure is not kept. */
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
