import { type Destination, findKind, namesOfKind } from '../domain/actions.ts';
import { bulkShareOf } from '../kommo/index.ts';
import { leastCalls } from '../pipeline/deliver/customerio/units.ts';
import { leastCalls as leastKommoCalls } from '../pipeline/deliver/kommo/batch.ts';

/** The number of actions of one kind for one destination of a connection. */
export interface KindCount {
  connection: string;
  lane: Destination;
  kind: string;
  count: number;
  /** How many of these have an unknown outcome, so that Kommo is read back before they are written. */
  unsure: number;
}

/** The calls and time that a replay needs for one destination of a connection. */
export interface SideEstimate {
  connection: string;
  lane: Destination;
  kinds: { kind: string; names: { one: string; many: string }; count: number }[];
  /** API calls, if nothing fails. */
  calls: number;
  /** The most calls a second that a replay makes. */
  callsPerSecond: number;
  /** The shortest duration, in s. */
  leastSeconds: number;
}

/** The shortest duration of a call to Customer.io, in s. Its rate limit is never reached. */
const CUSTOMERIO_CALL_S = 0.1;
/** Kommo's limit, for a connection without a known rate. */
const DEFAULT_RATE = 7;

/**
 * The calls and the shortest duration for each destination. Destinations and connections work at the same time, so the
 * replay takes as long as the slowest of them.
 * @param rates `requests_per_second` of each connection's Kommo account.
 */
export function estimate(
  counts: KindCount[],
  rates: ReadonlyMap<string, number>,
): { sides: SideEstimate[]; calls: number; leastSeconds: number } {
  const bySide = Map.groupBy(counts, ({ connection, lane }) => `${connection} ${lane}`);
  const sides = [...bySide.values()].map((group) => estimateSide(group, rates));
  return {
    sides,
    calls: sides.reduce((sum, side) => sum + side.calls, 0),
    leastSeconds: Math.max(0, ...sides.map((side) => side.leastSeconds)),
  };
}

function estimateSide(group: KindCount[], rates: ReadonlyMap<string, number>): SideEstimate {
  const { connection, lane } = group[0]!;
  const { calls, seconds } =
    lane === 'kommo'
      ? kommoEstimate(group, rates.get(connection) ?? DEFAULT_RATE)
      : customerioEstimate(group);
  return {
    connection,
    lane,
    kinds: group.map(({ kind, count }) => ({ kind, names: namesOfKind(kind), count })),
    calls,
    callsPerSecond: calls / seconds,
    leastSeconds: Math.ceil(seconds),
  };
}

interface SideWork {
  calls: number;
  /** The shortest duration. */
  seconds: number;
}

/** Kinds with the same call share its batches. Actions with an unknown outcome are read back first. */
function kommoEstimate(group: KindCount[], rate: number): SideWork {
  const byCall = Map.groupBy(group, ({ kind }) => findKind(kind)?.call ?? kind);
  const calls = [...byCall.values()].reduce((sum, counts) => {
    const items = counts.reduce((count, one) => count + one.count, 0);
    const unsure = counts.reduce((count, one) => count + one.unsure, 0);
    return sum + leastKommoCalls(items) + leastKommoCalls(unsure);
  }, 0);
  return { calls, seconds: calls / bulkShareOf(rate) };
}

/** Assumes a different person for every action: one person's actions go one after another, which takes longer. */
function customerioEstimate(group: KindCount[]): SideWork {
  const works = group.map(({ count }) => leastCalls(count));
  return {
    calls: works.reduce((sum, { calls }) => sum + calls, 0),
    seconds: works.reduce((sum, { calls, atOnce }) => sum + (calls / atOnce) * CUSTOMERIO_CALL_S, 0),
  };
}
