/** One line that is written over on a terminal, and a line every half minute elsewhere. */
export interface Progress {
  /** Shows how far a time has gone. */
  during(ms: number, words: () => string): Promise<void>;
  show(words: string): void;
  end(): void;
}

const LINE_EVERY_MS = 30_000;
const BAR = 30;

export function createProgress(): Progress {
  const isTerminal = process.stdout.isTTY === true;
  let shownAt = 0;

  function show(words: string): void {
    if (isTerminal) process.stdout.write(`\r\x1b[K  ${words}`);
    else if (Date.now() - shownAt > LINE_EVERY_MS) {
      shownAt = Date.now();
      console.log(`  ${words}`);
    }
  }

  return {
    async during(ms, words) {
      const started = Date.now();
      for (let past = 0; past < ms; past = Date.now() - started) {
        const done = Math.round((past / ms) * BAR);
        const seconds = Math.round((ms - past) / 1000);
        show(`[${'#'.repeat(done).padEnd(BAR, '.')}] ${seconds} s left, ${words()}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    show,
    end() {
      if (isTerminal) process.stdout.write('\r\x1b[K');
    },
  };
}
