import type { Result } from './benchmark.ts';
import { median } from './statistics.ts';

/** The results of one benchmark on one database, as lines for a terminal. */
export function table(database: string, results: Result[]): string {
  const head = [database, 'ours', 'reference', 'ratio', 'goal', 'spread of ours'];
  const rows = results.map(({ name, unit, goal, ours, reference }) => {
    const mine = median(ours);
    const theirs = reference.length > 0 ? median(reference) : null;
    return [
      `${name} (${unit})`,
      shown(mine),
      theirs === null ? '' : shown(theirs),
      theirs === null || theirs === 0 ? '' : shown(mine / theirs),
      goal ?? '',
      ours.length > 1 ? `${shown(Math.min(...ours))} to ${shown(Math.max(...ours))}` : '',
    ];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')}`;
  return [head, ...rows].map(line).join('\n');
}

/** Three digits that matter, thousands apart. */
function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
