import { type ActionKind, type Destination, kindNamed } from '../domain/actions.ts';

/** How many actions of one kind go to one side of a connection. */
export interface KindCount {
  connection: string;
  lane: Destination;
  kind: ActionKind;
  count: number;
  /** Of these: the outcome of the last call is not known, so Kommo is asked before they are written. */
  unsure: number;
}

/** What a replay asks of one side of a connection. */
export interface SideEstimate {
  connection: string;
  lane: Destination;
  kinds: { kind: ActionKind; names: { one: string; many: string }; count: number }[];
  /** API calls, if nothing fails. */
  calls: number;
  /** Calls a second that a replay may make there. */
  callsPerSecond: number;
  /** How long it takes at least, in s. */
  leastSeconds: number;
}

/** Kommo's recommendation for one writing call, and where the lane starts (it grows under load). */
const KOMMO_BATCH = 50;
/** Of Kommo's rate one call in four is left to live work. */
const BULK_SHARE = 0.75;
/** Calls to Customer.io under way at once, and how long one takes at best. It allows far more a second. */
const CUSTOMERIO_AT_ONCE = 30;
const CUSTOMERIO_CALL_S = 0.1;

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
  const batches = (count: number) => Math.ceil(count / KOMMO_BATCH);
  const calls = group.reduce(
    (sum, { count, unsure }) => sum + (lane === 'kommo' ? batches(count) + batches(unsure) : count),
    0,
  );
  const callsPerSecond =
    lane === 'kommo' ? (rates.get(connection) ?? 7) * BULK_SHARE : CUSTOMERIO_AT_ONCE / CUSTOMERIO_CALL_S;
  return {
    connection,
    lane,
    kinds: group.map(({ kind, count }) => ({ kind, names: kindNamed(kind).names, count })),
    calls,
    callsPerSecond,
    leastSeconds: Math.ceil(calls / callsPerSecond),
  };
}
