import { seededRandom } from '../simulators/common/random.ts';
import { makeEarlierClients } from './backfills.ts';
import { Cast } from './cast.ts';
import { consentActs } from './load-consent.ts';
import { firstClients, kommoActs } from './load-kommo.ts';
import { mailActs } from './load-mail.ts';
import { peopleActs } from './load-people.ts';
import type { Simulators } from './simulators.ts';

/** What sales people and clients do, decided by the seed. */
export interface Load {
  /** Makes clients from before the first start. @returns the deals that nobody touches afterwards */
  makeEarlier(): number[];
  /** Makes the first clients. Resolves when each has an email, or with patience at its end. */
  prepare(): Promise<void>;
  start(): void;
  /** Ends it; what has been begun is finished at once, so that all deals have their contacts. */
  stop(): void;
  /** How many things were done. */
  done(): number;
  /** How many of each kind. */
  counts(): Record<string, number>;
}

/** Something that can be done: how often, and whether there was somebody to do it. */
export type Act = [name: string, weight: number, act: () => boolean];

/** What the acts work with. */
export interface Stage {
  simulators: Simulators;
  cast: Cast;
  random: () => number;
  /** Finishes something later, between these times in ms, or at once when the load ends. */
  later(fromMs: number, toMs: number, act: () => void): void;
}

/** How long the first clients may take to get their email. */
const PREPARE_MS = 20_000;

export interface LoadOptions {
  perSecond: number;
  /** Whether managers say in Kommo who wants email, too, and clients switch topics. */
  isTwoWay: boolean;
}

export function createLoad(simulators: Simulators, seed: number, options: LoadOptions): Load {
  const random = seededRandom(seed + 2);
  const unfinished = new Map<() => void, NodeJS.Timeout>();
  const counts: Record<string, number> = {};
  let timer: NodeJS.Timeout | null = null;

  const stage: Stage = {
    simulators,
    cast: new Cast(random),
    random,
    later(fromMs, toMs, act) {
      const finish = () => {
        unfinished.delete(finish);
        act();
      };
      unfinished.set(finish, setTimeout(finish, fromMs + random() * (toMs - fromMs)));
    },
  };
  const acts = [
    ...kommoActs(stage),
    ...peopleActs(stage),
    ...consentActs(stage, options.isTwoWay),
    ...mailActs(stage),
  ];
  const total = acts.reduce((sum, [, weight]) => sum + weight, 0);

  function chosen(place: number): Act {
    let rest = place;
    for (const act of acts) {
      rest -= act[1];
      if (rest < 0) return act;
    }
    return acts[0]!;
  }

  function step(): void {
    const [name, , act] = chosen(random() * total);
    if (act()) counts[name] = (counts[name] ?? 0) + 1;
    timer = setTimeout(step, (-Math.log(1 - random()) * 1000) / options.perSecond);
  }

  return {
    makeEarlier: () => makeEarlierClients(simulators, stage.cast),
    async prepare() {
      const earlier = stage.cast.clients.length;
      firstClients(stage);
      const first = stage.cast.clients.slice(earlier);
      const { customerio } = simulators;
      const hasMail = () => first.every(({ addresses }) => customerio.mailbox(addresses[0]!).length > 0);
      const deadline = Date.now() + PREPARE_MS;
      while (!hasMail() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    },
    start: step,
    stop() {
      clearTimeout(timer ?? undefined);
      for (const [finish, waiting] of unfinished) {
        clearTimeout(waiting);
        finish();
      }
    },
    done: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts: () => counts,
  };
}
