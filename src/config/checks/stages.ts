import { CAMPAIGN_SETTINGS } from '../../domain/campaign-settings.ts';
import type { KeyPath } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { checkNameLength } from './attributes.ts';
import { type Entries, entriesOf, type Reporter, refuse, warn } from './reporter.ts';
import { checkTags } from './tags.ts';

/** @returns the events of all stages */
export function checkStages(stages: Tree[], path: KeyPath, reporter: Reporter): Set<string> {
  const seen = new Map<string, KeyPath>();
  const events = new Set<string>();
  for (const [index, item] of stages.entries()) {
    const { pipeline, stage, event, data, tags } = entriesOf(item);
    if (typeof event === 'string') events.add(event.trim());
    checkDataNames(entriesOf(data), [...path, index, 'data'], reporter);
    checkTags(tags, [...path, index, 'tags'], reporter);
    if (typeof pipeline !== 'string' || typeof stage !== 'string') continue;
    const key = JSON.stringify([pipeline, stage].map((name) => name.trim().toLowerCase()));
    const first = seen.get(key);
    if (first) refuse(reporter, [...path, index], ...secondRule(reporter.problem(first, '').line));
    else seen.set(key, [...path, index]);
  }
  return events;
}

/** Message and hint for a second rule of a stage. @param line of the first one */
export function secondRule(line: number): [string, string] {
  return [
    `the stage has a rule already, in line ${line}`,
    'A stage sends one event. Remove one of the rules.',
  ];
}

function checkDataNames(data: Entries, path: KeyPath, reporter: Reporter): void {
  for (const name of Object.keys(data)) {
    const place = [...path, name];
    checkNameLength(name, place, reporter);
    if (!CAMPAIGN_SETTINGS.has(name)) continue;
    const message = `"${name}" changes where Customer.io sends emails, so it is sent as "_${name}"`;
    warn(reporter, place, message, 'Choose another name.');
  }
}
