/** An instance and how many connections it runs. */
export interface Member {
  instance: string;
  runs: number;
}

/**
 * How many of the connections an instance should run: all instances the same number, or one more. Who runs most
 * already has the first claim to the one more, so that nothing moves once the numbers differ by one at most. Every
 * instance that sees the same numbers comes to the same shares, and together they are all connections.
 */
export function fairShare(me: Member, others: Member[], total: number): number {
  const all = [me, ...others].sort((a, b) => b.runs - a.runs || (a.instance < b.instance ? -1 : 1));
  const place = all.indexOf(me);
  return Math.floor(total / all.length) + (place < total % all.length ? 1 : 0);
}
