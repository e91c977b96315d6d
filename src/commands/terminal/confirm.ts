import { createInterface } from 'node:readline/promises';
import { CommandError, EXIT } from './exit.ts';
import { printError } from './output.ts';

/**
 * Asks a yes-or-no question on the terminal. Anything but y or yes is a no, also the end of the input.
 * @throws CommandError without a terminal: a script must say `--yes`
 */
async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CommandError(
      `${question} This needs a terminal to answer on, or the option --yes.`,
      EXIT.usage,
    );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** The same for a command that changes something: without a yes it says so and sets the exit code. */
export async function confirmChange(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes || (await confirm(question))) return true;
  printError('Nothing was changed.');
  process.exitCode = EXIT.failed;
  return false;
}
