import { escapeLine } from '../../lib/control-characters.ts';

/** Lines as one text. A line end within one is shown as `\u000a`: a text of strangers must not add a line of its own. */
export function joinLines(lines: string[]): string {
  return lines.map((line) => line.replace(/[\r\n\t]+/g, escapeLine)).join('\n');
}

/** `1 note`, `3 notes`. */
export function plural(count: number, word: string, plural = `${word}s`): string {
  return `${number(count)} ${count === 1 ? word : plural}`;
}

/** `12,345`. */
export function number(count: number): string {
  return count.toLocaleString('en-US');
}

/** `2026-07-31 14:00:05 UTC`. @param ms since 1970 */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `45 s`, `3 min`, `2 h 10 min`. Rounded up, because it is shown as a minimum. */
export function span(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

export const SIDE_NAMES = { kommo: 'Kommo', customerio: 'Customer.io' } as const;
