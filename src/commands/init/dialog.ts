import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print, printable, write, writeEcho } from '../terminal/output.ts';

/** The questions of a command to a person. */
export interface Dialog {
  /** False: nobody answers, and what is missing is an error. */
  isInteractive: boolean;
  print(text: string): void;
  /** @param suggested the answer to an empty line */
  ask(question: string, suggested?: string): Promise<string>;
  /** The answer is not shown. An empty one means: none. */
  askSecret(question: string): Promise<string>;
}

/** A dialog on the terminal; without one nobody can answer. */
export function terminalDialog(
  isInteractive = Boolean(process.stdin.isTTY && process.stdout.isTTY),
): Dialog & {
  close(): void;
} {
  let lines: Interface | null = null;
  let isMuted = false;
  // At the end of the input readline leaves a question open.
  const ended = new AbortController();
  // Readline echoes what is typed through its output, so that a muted output shows nothing of a secret.
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isMuted) writeEcho(process.stdout, String(chunk));
      done();
    },
  });
  const open = () => {
    // With a history, a key would bring back an answer that is not to be shown.
    lines ??= createInterface({ input: process.stdin, output, terminal: true, historySize: 0 }).once(
      'close',
      () => ended.abort(),
    );
    return lines;
  };

  async function question(text: string, isSecret: boolean): Promise<string> {
    if (!isInteractive)
      throw new CommandError(`${text} This needs a terminal to answer on, or an option.`, EXIT.usage);
    const readline = open();
    // Readline clears the line before its prompt, and a muted output shows no prompt.
    if (isSecret) write(process.stdout, text);
    isMuted = isSecret;
    try {
      const answer = await readline.question(isSecret ? '' : printable(text), { signal: ended.signal });
      return answer.trim();
    } catch (error) {
      if (!ended.signal.aborted) throw error;
      throw new CommandError('Stopped. What was answered is kept: run it again to go on.');
    } finally {
      isMuted = false;
      if (isSecret) write(process.stdout, '\n');
    }
  }

  return {
    isInteractive,
    print,
    ask: async (text, suggested) => {
      const hint = suggested === undefined ? '' : ` [${suggested}]`;
      return (await question(`${text}${hint}: `, false)) || (suggested ?? '');
    },
    askSecret: (text) => question(`${text} (not shown): `, true),
    close: () => lines?.close(),
  };
}

/** @param suggested the answer to an empty line */
export async function askYesNo(dialog: Dialog, question: string, suggested: boolean): Promise<boolean> {
  const answer = await dialog.ask(`${question} ${suggested ? '[Y/n]' : '[y/N]'}`);
  return answer === '' ? suggested : /^y(es)?$/i.test(answer);
}
