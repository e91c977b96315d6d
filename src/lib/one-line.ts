/** Text beyond this is never looked at: collapsing spaces in megabytes would hold up the event loop. */
const MAX_INPUT = 20_000;

/** A text on one line: control characters and line ends become spaces, and what is longer than `max` is cut with "…". */
export function oneLine(text: string, max: number): string {
  const line = text
    .slice(0, Math.max(MAX_INPUT, max))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
