import type { Page } from 'playwright-core';

export interface MonkeyOptions {
  /** The same seed makes the same choices, as far as the pages are the same. */
  seed: number;
  /** Where the demo's address leads; the monkey returns there when it is lost. */
  home: string;
  /** Texts of buttons that it leaves alone. */
  spares?: RegExp;
}

/** What can be clicked, as a visitor sees it. */
const CLICKABLE = [
  'button',
  'a[href]',
  'summary',
  'label',
  '[role=tab]',
  '[role=menuitem]',
  '[role=option]',
  '[role=radio]',
  '[role=switch]',
  'input[type=checkbox]',
].join(',');
/** A click on what has gone in the meantime is given up soon. */
const CLICK_WITHIN_MS = 700;

/** Somebody who clicks whatever there is, types into every field, drags deals, and goes back and forth. */
export class Monkey {
  readonly #page: Page;
  readonly #options: MonkeyOptions;
  readonly #random: () => number;
  /** What it has done, the newest last. */
  readonly done: string[] = [];

  constructor(page: Page, options: MonkeyOptions) {
    this.#page = page;
    this.#options = options;
    this.#random = randomOf(options.seed);
  }

  /** One thing. What fails (a page that has changed, a server that was killed) is tried no further. */
  async act(): Promise<void> {
    const chance = this.#random();
    const act =
      chance < 0.12
        ? this.#goHome()
        : chance < 0.22
          ? this.#type()
          : chance < 0.37
            ? this.#drag()
            : this.#click();
    await act.catch(() => {});
  }

  async #goHome(): Promise<void> {
    const signIn = this.#page.getByRole('button', { name: 'Sign in to the demo' });
    if (await signIn.isVisible())
      return this.#note('signs in', () => signIn.click({ timeout: CLICK_WITHIN_MS }));
    const chance = this.#random();
    if (chance < 0.2) return this.#note('goes back', () => this.#page.goBack({ timeout: 3_000 }));
    if (chance < 0.4) return this.#note('reloads', () => this.#page.reload({ timeout: 3_000 }));
    return this.#note('goes home', () => this.#page.goto(this.#options.home, { timeout: 3_000 }));
  }

  async #type(): Promise<void> {
    const field = await this.#pick('input:not([type=checkbox]):not([type=radio]), textarea');
    const text = ['', 'Ann', 'ann@acme.example', '12', '💥 <b>{{ x }}', 'a'.repeat(90)][
      Math.floor(this.#random() * 6)
    ]!;
    await this.#note(`types ${text.slice(0, 12)}`, () => field.fill(text, { timeout: CLICK_WITHIN_MS }));
    if (this.#random() < 0.5) await field.press('Enter', { timeout: CLICK_WITHIN_MS });
  }

  async #drag(): Promise<void> {
    const card = await this.#pick('button[draggable=true]');
    const column = await this.#pick('section[aria-label="Demo board"] > section');
    await this.#note(`drags ${(await card.textContent({ timeout: CLICK_WITHIN_MS }))?.slice(0, 20)}`, () =>
      card.dragTo(column, {
        timeout: 2_000,
        sourcePosition: { x: 20, y: 10 },
        targetPosition: { x: 40, y: 30 },
      }),
    );
  }

  async #click(): Promise<void> {
    const target = await this.#pick(CLICKABLE);
    const name = await target.evaluate(
      (at) => (at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 40),
      undefined,
      { timeout: CLICK_WITHIN_MS },
    );
    if (this.#options.spares?.test(name)) return;
    await this.#note(`clicks ${name}`, () => target.click({ timeout: CLICK_WITHIN_MS }));
  }

  async #pick(selector: string) {
    const all = this.#page.locator(selector).filter({ visible: true });
    const count = await all.count();
    if (count === 0) throw new Error('There is nothing of that on this page.');
    return all.nth(Math.floor(this.#random() * count));
  }

  async #note(what: string, act: () => Promise<unknown>): Promise<void> {
    this.done.push(what);
    await act();
  }
}

/** Mulberry32: numbers from 0 to 1. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
