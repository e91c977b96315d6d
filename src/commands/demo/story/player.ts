import type { EffectState, Story, StoryCommand, StoryEffect, StoryStep } from '../contract.ts';
import { WORK_EVERY_MS } from '../messages.ts';
import type { Sides } from '../sides.ts';
import { type Client, clientsOf } from './clients.ts';
import { type ExpectedEffect, type Scene, type Step, scenesOf } from './scenes.ts';

/**
 * Plays the story on the simulators, and watches for what each step must lead to. A visitor may play along at any time: an
 * effect that does not come ends nothing.
 * - `ready`: not started
 * - `playing`
 * - `paused`: nothing new begins. What has begun is still watched
 * - `ended`: can be replayed, with new clients
 */
type State = Story['state'];

/** What the terminal prints. */
export type StoryNews =
  | { kind: 'scene'; title: string }
  | { kind: 'step'; step: StoryStep }
  | { kind: 'effect'; effect: StoryEffect }
  /** It takes long. `ms` since the step began. */
  | { kind: 'waiting'; effect: StoryEffect; ms: number }
  | { kind: 'ended'; unseen: UnseenEffect[] };

/** An effect that did not come, or was not waited for. */
export interface UnseenEffect {
  scene: string;
  what: string;
  state: EffectState;
}

export interface StoryPlayerOptions {
  sides: Sides;
  /** Something is broken on purpose: effects may take as long as it lasts. */
  isBroken(): boolean;
  onNews(news: StoryNews): void;
  /** ms, monotonic. */
  now(): number;
  /** How often a wait looks at the commands, in ms. */
  tickMs?: number;
  /** After how many such looks an effect is given up. Only where something hangs does it take as long. */
  patience?: number;
}

/** Someone reads along in a browser. */
const READING_MS = 1_200;
const TICK_MS = 250;
/** Five minutes, in which a machine that sleeps or stalls does not tick. */
const PATIENCE = (5 * 60_000) / TICK_MS;
/** What has not come after so much time in which nothing was under way does not come any more. */
const IDLE_MS = 10_000;
/** An effect that a visitor's own clicks have probably prevented is not waited for as long. */
const IDLE_TOUCHED_MS = 3_000;
/** The first report of a wait that takes long. Each further one comes after three times as long. */
const SLOW_MS = 5_000;

export class StoryPlayer {
  readonly #options: StoryPlayerOptions;
  readonly #touched = new Set<number>();
  #state: State = 'ready';
  #round = 1;
  #scenes: Scene[];
  #story: Story['scenes'];
  #paceMs = 0;
  /** Steps that may begin although the story is paused. */
  #steps = 0;
  /** The effects of the running step are not waited for any more. */
  #isSkipping = false;
  /** Consecutive reports in which nothing was under way, since the last effect was seen. */
  #idleReports = 0;
  #isClosed = false;
  #change = Promise.withResolvers<void>();

  constructor(options: StoryPlayerOptions) {
    this.#options = options;
    this.#scenes = scenesOf(clientsOf(this.#round));
    this.#story = this.#scenes.map(shownScene);
  }

  view(): Story {
    return { state: this.#state, scenes: this.#story };
  }

  /** A visitor changes this deal, or its client acts. */
  touch(dealId: number): void {
    this.#touched.add(dealId);
  }

  /**
   * To be called every `WORK_EVERY_MS` while Stagepost answers.
   * @param isIdle nothing is under way, and nothing is broken: what has not come by now will hardly come
   */
  report(isIdle: boolean): void {
    this.#idleReports = isIdle ? this.#idleReports + 1 : 0;
  }

  /** Ends all waiting, at the end of the demo. */
  close(): void {
    this.#isClosed = true;
    this.#announce();
  }

  /**
   * Starts or goes on, pauses, takes one step, or plays once more.
   * @param isRead somebody reads along, so that each step stays for a moment
   */
  command(command: StoryCommand, isRead = true): void {
    const before = this.#state;
    if (isRead) this.#paceMs = READING_MS;
    if (command === 'replay') this.#replay();
    else if (command === 'start' && before !== 'ended') this.#enter('playing');
    else if (command === 'pause' && before === 'playing') this.#enter('paused');
    else if (command === 'next' && before !== 'ended') this.#next();
    if (before === 'ready' && this.#state !== 'ready') void this.#run();
  }

  /** The only place that changes the state. */
  #enter(state: State): void {
    this.#state = state;
    this.#announce();
  }

  /** The running step is not waited for any more; where none runs, the next one begins, and the story pauses after it. */
  #next(): void {
    const isRunning = this.#story.some(({ steps }) => steps.some(({ state }) => state === 'running'));
    if (isRunning) this.#isSkipping = true;
    else this.#steps++;
    this.#enter(this.#state === 'ready' ? 'paused' : this.#state);
  }

  #replay(): void {
    if (this.#state !== 'ended') throw new Error('The story can be replayed when it has ended.');
    const { kommo } = this.#options.sides;
    for (const { id } of Object.values(clientsOf(this.#round)) as Client[])
      if (kommo.deal(id)?.isDeleted === false) kommo.deleteDeal(id);
    this.#round++;
    this.#scenes = scenesOf(clientsOf(this.#round));
    this.#story = this.#scenes.map(shownScene);
    this.#enter('playing');
    void this.#run();
  }

  async #run(): Promise<void> {
    const { onNews } = this.#options;
    for (const [index, scene] of this.#scenes.entries()) {
      onNews({ kind: 'scene', title: scene.title });
      for (const [number, step] of scene.steps.entries()) {
        await this.#until(() => this.#state === 'playing' || this.#steps > 0);
        if (this.#isClosed) return;
        this.#steps = Math.max(0, this.#steps - 1);
        await this.#play(step, this.#story[index]!.steps[number]!);
        if (this.#isClosed) return;
        if (this.#state === 'playing') await this.#pause();
      }
    }
    this.#enter('ended');
    onNews({ kind: 'ended', unseen: this.#unseen() });
  }

  async #play(step: Step, shown: StoryStep): Promise<void> {
    const { sides, now, onNews } = this.#options;
    shown.state = 'running';
    this.#isSkipping = false;
    onNews({ kind: 'step', step: shown });
    const started = now();
    // What cannot be done any more, a visitor has done already; its effects say the rest.
    try {
      step.act(sides);
    } catch {
      this.#touched.add(step.client.id);
    }
    let isTimed = true;
    for (const [index, expected] of step.effects.entries()) {
      const effect = shown.effects[index]!;
      effect.state = await this.#watch(expected, effect, step.client, started);
      if (this.#isClosed) return;
      // An effect after one that did not come may have been there long before anybody looked.
      isTimed &&= effect.state === 'seen';
      if (!isTimed) effect.ms = null;
      onNews({ kind: 'effect', effect });
    }
    shown.state = 'done';
  }

  /** Waits for one effect, and writes down what was seen. @param started when its cause happened */
  async #watch(
    { side, find, afterMs = 0 }: ExpectedEffect,
    effect: StoryEffect,
    client: Client,
    started: number,
  ): Promise<EffectState> {
    const { sides, now, isBroken, onNews, tickMs = TICK_MS, patience = PATIENCE } = this.#options;
    this.#idleReports = 0;
    let slowMs = SLOW_MS + afterMs;
    for (let ticks = 0; !this.#isClosed && !this.#isSkipping; ) {
      const found = await sides[side].waitFor(() => find(sides), { timeoutMs: tickMs }).catch(() => null);
      effect.ms = Math.round(now() - started);
      if (found) {
        effect.detail = typeof found === 'string' ? found : null;
        return 'seen';
      }
      if (effect.ms >= slowMs) {
        onNews({ kind: 'waiting', effect, ms: effect.ms });
        slowMs *= 3;
      }
      if (isBroken()) continue;
      const isTouched = this.#touched.has(client.id);
      const idleMs = (isTouched ? IDLE_TOUCHED_MS : IDLE_MS) + afterMs;
      const isGivenUp = this.#idleReports * WORK_EVERY_MS >= idleMs || ++ticks >= patience;
      if (isGivenUp) return isTouched ? 'yours' : 'missed';
    }
    return 'skipped';
  }

  #unseen(): UnseenEffect[] {
    return this.#story.flatMap(({ title, steps }) =>
      steps.flatMap(({ effects }) =>
        effects
          .filter(({ state }) => state !== 'seen')
          .map(({ what, state }) => ({ scene: title, what, state })),
      ),
    );
  }

  /** A moment to read, which a command ends. */
  async #pause(): Promise<void> {
    if (this.#paceMs === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise((resolve) => {
        timer = setTimeout(resolve, this.#paceMs);
      }),
      this.#change.promise,
    ]);
    clearTimeout(timer);
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!this.#isClosed && !isTrue()) await this.#change.promise;
  }

  #announce(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}

function shownScene({ title, steps }: Scene): Story['scenes'][number] {
  return {
    title,
    steps: steps.map(({ actor, does, client, effects }) => ({
      actor,
      does,
      deal: client.id,
      state: 'waiting',
      effects: effects.map(({ what, side }) => ({ what, side, state: 'waiting', detail: null, ms: null })),
    })),
  };
}
