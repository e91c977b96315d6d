import { escapeControls } from '../../lib/control-characters.ts';
import { MARKED_CODE } from './colors.ts';

/*
 * All output of the commands goes through this file. Names, subjects, links and the words of mail servers come from
 * strangers, and a terminal obeys the escape sequences in a text: they could clear the screen, or show a false line.
 */

/** Prints a text and a line end on the standard output. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints a text and a line end on the standard error output. */
export function printError(text: string): void {
  console.error(printable(text));
}

/** Prints a value as JSON on the standard output. Escaped characters keep their meaning in JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** What is written to: `process.stdout`, `process.stderr`, or a test's stand-in. */
export interface Screen {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

/** Writes a text without a line end. */
export function write(screen: Screen, text: string): void {
  screen.write(printable(text));
}

/** Writes what a person types as readline echoes it, with the sequences that move the cursor: nothing of strangers is in it. */
export function writeEcho(screen: Screen, chunk: string): void {
  screen.write(chunk);
}

/** Writes the content of a file: byte by byte into a file or pipe, but escaped on a terminal. */
export function writeFileText(screen: Screen, text: string): void {
  if (screen.isTTY) write(screen, text);
  else screen.write(text);
}

/** A text as it may be printed: only the codes of colors.ts are obeyed. */
export function printable(text: string): string {
  const pieces = text.split(MARKED_CODE);
  // With a group, `split` gives the codes between the pieces: each odd one is a code.
  return pieces.map((piece, index) => (index % 2 === 0 ? escapeControls(piece) : `\x1b[${piece}m`)).join('');
}
