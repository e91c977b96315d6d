/**
 * A fleet on one PostgreSQL: what 300 idle connections cost, how long a connection stands still when its instance
 * dies, and what a second instance gives. PostgreSQL, the simulators and the instances share this machine, so on two
 * processors a second instance has little left to run on; how much processor each part takes is measured beside the
 * flow, and the flow is measured again with instances that get only a part of a processor each, where they are the
 * limit whatever the machine has.
 */
import { type FlowFigures, flow } from './fleet/flow.ts';
import { idle } from './fleet/idle.ts';
import { type TakeoverFigures, takeover } from './fleet/takeover.ts';

export interface FleetFigures {
  idle: Awaited<ReturnType<typeof idle>>;
  takeover: TakeoverFigures;
  /** Moves that come one by one to one instance. */
  live: FlowFigures;
  /** Many moves at once, by one instance and by two; `part`: of a processor, for each instance. */
  burst: { part: number; one: FlowFigures[]; two: FlowFigures[] }[];
}

export interface FleetOptions {
  /** How long the idle instance is watched. */
  idleSeconds?: number;
  /** How many instances are killed, and as many stopped. */
  takeovers?: number;
  /** Moves of a burst. */
  moves?: number;
  /** How often each burst is measured, one instance and two in turn. */
  rounds?: number;
}

/** The part of a processor that a slowed-down instance gets: so small that all else has room beside two of them. */
const PART = 0.25;
const LIVE_PER_SECOND = 10;

/** Takes about a quarter of an hour. */
export async function fleet(options: FleetOptions = {}): Promise<FleetFigures> {
  const { idleSeconds = 120, takeovers = 5, moves = 4_000, rounds = 5 } = options;
  const usual = { instances: 1, part: 1, moves: moves / 8, webhooksPerSecond: LIVE_PER_SECOND };
  return {
    idle: await idle(idleSeconds),
    takeover: await takeover(takeovers),
    live: (await flow([usual]))[0]!,
    burst: [await burst(1, moves, rounds), await burst(PART, moves, rounds)],
  };
}

async function burst(part: number, moves: number, rounds: number): Promise<FleetFigures['burst'][number]> {
  const cases = Array.from({ length: rounds * 2 }, (_, n) => ({
    ...{ instances: (n % 2) + 1, part, moves, webhooksPerSecond: null },
  }));
  const figures = await flow(cases);
  const by = (instances: number) => figures.filter((figure) => figure.instances === instances);
  return { part: figures[0]!.part, one: by(1), two: by(2) };
}
