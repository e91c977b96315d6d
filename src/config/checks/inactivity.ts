import { nearest } from '../../lib/nearest.ts';
import { type KeyPath, listOf } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { entriesOf, type Reporter, refuse } from './reporter.ts';

export function checkInactivity(rules: Tree[], events: Set<string>, path: KeyPath, reporter: Reporter): void {
  const seen = new Map<string, KeyPath>();
  for (const [index, item] of rules.entries()) {
    const start = entriesOf(item).start;
    if (typeof start !== 'string') continue;
    const place = [...path, index, 'start'];
    const first = seen.get(start.trim());
    if (first) {
      const message = `"${start}" starts a clock already, in line ${reporter.problem(first, '').line}`;
      refuse(reporter, place, message, 'An event starts one clock. Remove one of the rules.', 'value');
    } else seen.set(start.trim(), place);
    if (events.has(start.trim())) continue;
    refuse(
      reporter,
      place,
      `no rule of stages sends the event "${start}"`,
      () => eventHint(start, events),
      'value',
    );
  }
}

function eventHint(start: string, events: Set<string>): string {
  if (events.size === 0) return 'There are no stages yet.';
  const near = nearest(start, events);
  return near ? `Did you mean "${near}"?` : `The events are ${listOf([...events])}.`;
}
