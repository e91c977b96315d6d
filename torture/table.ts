import type { CustomerioSimulator } from '../simulators/customerio/index.ts';
import type { Comparison } from './compare.ts';

export interface Outcome {
  rows: [name: string, value: string | number][];
  /** What must not be: each is a failure of the run. */
  faults: string[];
}

/** Lines of two columns. */
export function table(rows: [string, string | number][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** How long Customer.io's queue stood still, in its own minutes, by what it met. */
export function blockedMinutes({ reportDeliveries }: CustomerioSimulator): {
  answers: number;
  silence: number;
} {
  const minutes = { answers: 0, silence: 0 };
  for (const { status, retryInMs } of reportDeliveries) {
    if (retryInMs === null) continue;
    minutes[status === null ? 'silence' : 'answers'] += retryInMs / 60_000;
  }
  return minutes;
}

export function comparisonRows(comparison: Comparison): [string, number][] {
  const { expected, lost, doubled, strange, wrongFields, outOfOrder } = comparison;
  return [
    ['effects expected', expected],
    ['lost', lost.length],
    ['doubled', doubled.length],
    ['not expected at all', strange.length],
    ['fields with a wrong value', wrongFields.length],
    ['out of order', outOfOrder.length],
  ];
}
