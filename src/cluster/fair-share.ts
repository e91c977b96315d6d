/** An instance and the number of connections that it runs. */
export interface Member {
  instance: string;
  runs: number;
}

/**
 * How many of the connections an instance should run: all instances run the same number, or one more. The remainder goes
 * to the instances that run most already, so that no connection moves once the numbers differ by one at most. Instances
 * that see the same numbers compute shares that add up to all connections.
 */
export function fairShare(member: Member, others: Member[], total: number): number {
  const ranking = [member, ...others].sort((a, b) => b.runs - a.runs || (a.instance < b.instance ? -1 : 1));
  const rank = ranking.indexOf(member);
  return Math.floor(total / ranking.length) + (rank < total % ranking.length ? 1 : 0);
}
