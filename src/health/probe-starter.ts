import type { ConnectionWatch } from './connection-watch.ts';

type Probed = Pick<ConnectionWatch, 'isProbeDue' | 'probe' | 'hasProbed'>;

/** Probes of so many connections at once are no burst. */
const AT_ONCE = 20;
/**
 * After a start all connections are due at once. So many of them begin in each round, or a twentieth of those that are left, which
 * takes a minute and a half for 3,000. From then on they are due at different times.
 */
const FIRST_IN_A_ROUND = 100;

/** The probes that one round of the judgement starts, spread over the time until the next one. */
export class ProbeStarter {
  readonly #due: (() => void)[] = [];
  readonly #first: (() => void)[] = [];

  /** @param unwell codes of the last judgement */
  add(watch: Probed, unwell: ReadonlySet<string>): void {
    if (watch.isProbeDue(unwell)) (watch.hasProbed ? this.#due : this.#first).push(() => watch.probe(unwell));
  }

  /** @param withinMs the time until the next round, @param isWanted whether a probe that is due may still start */
  start(withinMs: number, isWanted: () => boolean): void {
    const first = this.#first.slice(0, Math.max(FIRST_IN_A_ROUND, Math.ceil(this.#first.length / 20)));
    const all = [...this.#due, ...first];
    for (const [index, start] of all.entries())
      if (index < AT_ONCE) start();
      // A probe that is late must not keep a process alive that ends.
      else setTimeout(() => isWanted() && start(), (withinMs * index) / all.length).unref();
  }
}
