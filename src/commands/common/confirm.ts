import { createInterface } from 'node:readline/promises';
import { CommandError, EXIT } from './exit.ts';

/**
 * Asks on the terminal; anything but a yes is a no.
 * @throws CommandError where there is no terminal to ask on: a script must say `--yes`.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(`${question} There is no terminal to ask on: add --yes to agree.`, EXIT.usage);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
