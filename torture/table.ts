import type { CustomerioSimulator } from '../simulators/customerio/index.ts';

export type Row = [name: string, value: string | number];

/** Lines of two columns. */
export function table(rows: Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** How long Customer.io's queue stood still, in its own minutes, by what it met: an answer, or nobody. */
export function blockedMinutes({ reportDeliveries }: Pick<CustomerioSimulator, 'reportDeliveries'>) {
  const minutes = { answers: 0, silence: 0 };
  for (const { status, retryInMs } of reportDeliveries) {
    if (retryInMs === null) continue;
    minutes[status === null ? 'silence' : 'answers'] += retryInMs / 60_000;
  }
  return minutes;
}
