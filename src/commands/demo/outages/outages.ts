import type { Outage, OutageKind } from '../contract.ts';
import { WORK_EVERY_MS } from '../messages.ts';
import type { Sides } from '../sides.ts';
import { type Breakage, breakages } from './kinds.ts';
import { BEFORE_MOVES_MS, Traffic } from './traffic.ts';

/** One outage; its state is that of the contract: `broken`, then `recovering`, then `proven` or `incomplete`. */
interface Running {
  kind: OutageKind;
  state: Outage['state'];
  brokenAt: number;
  repairedAt: number | null;
  provenAt: number | null;
  traffic: Traffic;
  /** Consecutive reports since the repair in which nothing was under way. */
  idleReports: number;
  repair(): void;
}

export interface OutagesOptions {
  sides: Sides;
  killServer(): void;
  /** ms since 1970. */
  now(): number;
  pause(ms: number): Promise<unknown>;
  onNews(news: OutageNews): void;
}

/** What the terminal prints. */
export interface OutageNews {
  kind: OutageKind;
  state: Outage['state'];
  /** From the repair until everything had arrived. */
  tookMs: number | null;
  /** How much has not arrived. */
  missing: number;
}

/** In the middle of the moves, and after the browser has its answer. */
const KILL_AFTER_MS = BEFORE_MOVES_MS + 150;
/** What has not arrived after so much time in which nothing was under way does not arrive any more. */
const IDLE_MS = 10_000;

/** What a visitor breaks and repairs, one thing at a time, and whether everything arrives afterwards. */
export class Outages {
  readonly #options: OutagesOptions;
  readonly #breakages: Record<OutageKind, Breakage>;
  /** The last of each kind. */
  readonly #last = new Map<OutageKind, Running>();
  #count = 0;

  constructor(options: OutagesOptions) {
    this.#options = options;
    this.#breakages = breakages(options.killServer);
    // Whenever something arrives, the proof may be complete.
    options.sides.kommo.on(() => this.#check());
    options.sides.customerio.on(() => this.#check());
  }

  get isBroken(): boolean {
    return [...this.#last.values()].some(({ state }) => state === 'broken' || state === 'recovering');
  }

  view(): Outage[] {
    return [...this.#last.values()].map(({ traffic, repair: _, idleReports: __, ...outage }) => ({
      ...outage,
      parcels: traffic.parcels(),
      isInOrder: traffic.isInOrder(),
    }));
  }

  /** @throws Error in words while something is broken already */
  break(kind: OutageKind): void {
    const broken = [...this.#last.values()].find(({ state }) => state === 'broken');
    if (broken) throw new Error('Repair what is broken first: then it is clear what causes what.');
    const { sides, now, pause } = this.#options;
    const breakage = this.#breakages[kind];
    const traffic = new Traffic(sides, breakage.traffic, ++this.#count);
    const outage: Running = {
      kind,
      state: 'broken',
      brokenAt: now(),
      repairedAt: null,
      provenAt: null,
      traffic,
      idleReports: 0,
      repair: () => {},
    };
    this.#last.set(kind, outage);
    this.#enter(outage, 'broken');
    if (kind === 'killed_server') void this.#kill(outage);
    else outage.repair = breakage.break(sides);
    traffic.run(pause).catch(() => {});
  }

  /** @throws Error in words where it is not broken */
  repair(kind: OutageKind): void {
    const outage = this.#last.get(kind);
    if (outage?.state !== 'broken') throw new Error('That is not broken.');
    outage.repair();
    outage.idleReports = 0;
    outage.repairedAt = this.#options.now();
    this.#enter(outage, 'recovering');
  }

  /** The server runs again. */
  onServerReady(): void {
    if (this.#last.get('killed_server')?.state === 'broken') this.repair('killed_server');
  }

  /** The visitor moves this deal, or acts as its client. */
  touch(dealId: number): void {
    for (const { traffic } of this.#last.values()) traffic.touch(dealId);
    this.#check();
  }

  /** To be called every `WORK_EVERY_MS` while Stagepost answers. @param isIdle nothing is under way */
  report(isIdle: boolean): void {
    for (const outage of this.#last.values()) {
      outage.idleReports = isIdle ? outage.idleReports + 1 : 0;
      if (outage.state === 'recovering' && outage.idleReports * WORK_EVERY_MS >= IDLE_MS)
        this.#enter(outage, 'incomplete');
    }
  }

  /** In the middle of the first moves: some are delivered, some accepted only, and some not heard of yet. */
  async #kill(outage: Running): Promise<void> {
    await this.#options.pause(KILL_AFTER_MS);
    outage.repair = this.#breakages.killed_server.break(this.#options.sides);
  }

  #check(): void {
    for (const outage of this.#last.values()) {
      const { traffic } = outage;
      // The visitor has repaired it in Stagepost.
      if (outage.state === 'broken' && traffic.parcels().every(({ count }) => count > 0))
        this.repair(outage.kind);
      if (outage.state !== 'recovering' && outage.state !== 'incomplete') continue;
      if (traffic.parcels().some(({ count, isTouched }) => count === 0 && !isTouched)) continue;
      outage.provenAt = this.#options.now();
      this.#enter(outage, 'proven');
    }
  }

  /** The only place that changes the state of an outage. */
  #enter(outage: Running, state: Outage['state']): void {
    outage.state = state;
    const { kind, provenAt, repairedAt, traffic } = outage;
    const tookMs = provenAt === null || repairedAt === null ? null : provenAt - repairedAt;
    const missing = traffic.parcels().filter(({ count, isTouched }) => count === 0 && !isTouched).length;
    this.#options.onNews({ kind, state, tookMs, missing });
  }
}
