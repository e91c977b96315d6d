import { nearest } from '../../lib/nearest.ts';
import { KEYS_OF_KIND } from '../alerts.ts';
import type { KeyPath } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { type Entries, entriesOf, itemsOf, type Reporter, refuse, warn } from './reporter.ts';

/** Mistakes in `alerts:` across its keys: names that exist twice, keys of another kind, connections that the file does not have. */
export function checkAlerts(alerts: Entries, connections: string[], reporter: Reporter): void {
  const seen = new Map<string, KeyPath>();
  for (const [index, item] of itemsOf(alerts.receivers).entries()) {
    const receiver = entriesOf(item);
    const path = ['alerts', 'receivers', index];
    checkName(receiver, path, seen, reporter);
    checkKeys(receiver, path, reporter);
    checkConnections(receiver, path, connections, reporter);
  }
}

function checkName(receiver: Entries, path: KeyPath, seen: Map<string, KeyPath>, reporter: Reporter): void {
  const name = textOf(receiver.name);
  if (name === null) return;
  const place = [...path, 'name'];
  const first = seen.get(name);
  if (!first) seen.set(name, place);
  else {
    const message = `"${name}" is a receiver already, in line ${reporter.problem(first, '').line}`;
    refuse(reporter, place, message, 'Give each receiver a name of its own.', 'value');
  }
}

/** Keys that the kind needs, and keys that only another kind has. */
function checkKeys(receiver: Entries, path: KeyPath, reporter: Reporter): void {
  const kind = textOf(receiver.kind);
  if (kind === null || !Object.hasOwn(KEYS_OF_KIND, kind)) return;
  const keys = KEYS_OF_KIND[kind as keyof typeof KEYS_OF_KIND];
  const own: string[] = [...keys.required, ...keys.optional];
  for (const key of keys.required)
    if (isEmpty(receiver[key]))
      refuse(reporter, [...path, key], `is missing: a receiver of the kind ${kind} needs it`);
  const others = new Set(
    Object.values(KEYS_OF_KIND).flatMap((each) => [...each.required, ...each.optional] as string[]),
  );
  for (const key of Object.keys(receiver)) {
    if (!others.has(key) || own.includes(key) || isEmpty(receiver[key])) continue;
    refuse(
      reporter,
      [...path, key],
      `a receiver of the kind ${kind} has no "${key}"`,
      `It has ${own.join(', ')}.`,
    );
  }
}

function checkConnections(receiver: Entries, path: KeyPath, connections: string[], reporter: Reporter): void {
  const named: [KeyPath, Tree | undefined][] = [
    [[...path, 'connection'], receiver.connection],
    ...itemsOf(receiver.connections).map((item, index): [KeyPath, Tree] => [
      [...path, 'connections', index],
      item,
    ]),
  ];
  for (const [place, value] of named) {
    const name = textOf(value);
    if (name === null || connections.includes(name)) continue;
    const near = nearest(name, connections);
    const hint = near ? `Did you mean "${near}"?` : 'This is right only if the database has it.';
    // A mistake cannot be told from a connection that is in the database.
    warn(reporter, place, `this file has no connection "${name}"`, hint, 'value');
  }
  const isAmbiguous =
    textOf(receiver.kind) === 'kommo_task' && isEmpty(receiver.connection) && connections.length !== 1;
  if (isAmbiguous) {
    const count = connections.length === 0 ? 'none' : 'more than one';
    const names = connections.length === 0 ? '' : `: ${connections.join(', ')}`;
    const hint = `Write the connection whose Kommo account gets the task${names}.`;
    refuse(reporter, [...path, 'connection'], `is missing: this file has ${count}`, hint);
  }
}

function textOf(value: Tree | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function isEmpty(value: Tree | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
