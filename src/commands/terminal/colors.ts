import { randomInt } from 'node:crypto';
import pc from 'picocolors';

/*
 * Colours that texts of strangers cannot imitate. Each code carries a number that is random for each process, and the
 * writer (output.ts) prints only codes with this number: an escape sequence within a name or a subject is shown, not obeyed.
 */

const MARK = String(randomInt(2 ** 47));

/** @param code of ECMA-48's "select graphic rendition": `\x1b[31m` is red */
const mark = (code: number) => `\x1b[${MARK};${code}m`;

/** @param isEnabled whether the output is a terminal with colours */
export function createColors(isEnabled: boolean) {
  const style = (open: number, close: number) => (text: string) =>
    isEnabled ? `${mark(open)}${text}${mark(close)}` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}

export const colors = createColors(pc.isColorSupported);

/** Matches the codes of `colors`; the group is the code. */
export const MARKED_CODE = new RegExp(`\\x1b\\[${MARK};(\\d{1,2})m`, 'g');
