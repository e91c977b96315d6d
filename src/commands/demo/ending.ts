/**
 * Closes what was opened, in reverse order and once, also where the demo is ended while it starts. What is opened later is
 * closed at once.
 */
export class Ending {
  readonly #steps: (() => unknown)[] = [];
  #running: Promise<void> | null = null;

  get hasBegun(): boolean {
    return this.#running !== null;
  }

  defer(step: () => unknown): void {
    if (this.#running) this.#running = this.#running.then(() => step()).then(() => {});
    else this.#steps.push(step);
  }

  /** Resolves when everything is closed. A step that fails does not keep the others from running. */
  run(): Promise<void> {
    this.#running ??= this.#close();
    return this.#running;
  }

  async #close(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch {
        // The demo ends anyway.
      }
    }
  }
}
