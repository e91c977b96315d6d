import wrapAnsi from 'wrap-ansi';

/** Longer lines are hard to read. */
const MAX_WIDTH = 110;
const MIN_WIDTH = 40;

/** How wide text may be on this terminal, in characters. */
export function terminalWidth(): number {
  return Math.max(MIN_WIDTH, Math.min(process.stdout.columns ?? MAX_WIDTH, MAX_WIDTH));
}

/** Breaks a text at spaces. A word that is longer than a line, such as an address, stays whole and can be copied. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text.replace(/\s+/g, ' ').trim(), width).split('\n');
}
