import { type Destination, findKind, namesOfKind } from '../domain/actions.ts';
import { bulkShareOf } from '../kommo/index.ts';
import { leastCalls } from '../pipeline/deliver/customerio/units.ts';
import { leastCalls as leastKommoCalls } from '../pipeline/deliver/kommo/batch.ts';

/** How many actions of one kind go to one side of a connection. */
export interface KindCount {
  connection: string;
  lane: Destination;
  kind: string;
  count: number;
  /** Of these: the outcome of the last call is not known, so Kommo is asked before they are written. */
  unsure: number;
}

/** What a replay asks of one side of a connection. */
export interface SideEstimate {
  connection: string;
  lane: Destination;
  kinds: { kind: string; names: { one: string; many: string }; count: number }[];
  /** API calls, if nothing fails. */
  calls: number;
  /** Calls a second that a replay may make there. */
  callsPerSecond: number;
  /** How long it takes at least, in s. */
  leastSeconds: number;
}

/** How long a call to Customer.io takes at best, in s. It allows far more calls than are made at once. */
const CUSTOMERIO_CALL_S = 0.1;
/** Kommo's own limit, for a connection whose rate is not known. */
const DEFAULT_RATE = 7;

/**
 * Calls and least time for each side. Sides and connections work at the same time, so that the whole takes as long as
 * the slowest of them.
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
  /** At least. */
  seconds: number;
}

/** Kinds that go by the same call share its batches. What an earlier call may have written is read back first. */
function kommoEstimate(group: KindCount[], rate: number): SideWork {
  const byCall = Map.groupBy(group, ({ kind }) => findKind(kind)?.call ?? kind);
  const calls = [...byCall.values()].reduce((sum, counts) => {
    const items = counts.reduce((count, one) => count + one.count, 0);
    const unsure = counts.reduce((count, one) => count + one.unsure, 0);
    return sum + leastKommoCalls(items) + leastKommoCalls(unsure);
  }, 0);
  return { calls, seconds: calls / bulkShareOf(rate) };
}

/** As if every action were another person's: one person's go one after another, which takes longer. */
function customerioEstimate(group: KindCount[]): SideWork {
  const works = group.map(({ count }) => leastCalls(count));
  return {
    calls: works.reduce((sum, { calls }) => sum + calls, 0),
    seconds: works.reduce((sum, { calls, atOnce }) => sum + (calls / atOnce) * CUSTOMERIO_CALL_S, 0),
  };
}
