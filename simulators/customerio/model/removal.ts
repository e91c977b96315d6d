import type { Ref } from './identifiers.ts';
import { skip } from './identity.ts';
import type { Person } from './people.ts';
import type { Workspace } from './workspace.ts';

/** Removes the person. Later calls may make them anew. */
export function deletePerson(ws: Workspace, ref: Ref): void {
  const person = ws.people.find(ref);
  if (!person) {
    skip(ws, ref, 'No such person.');
    return;
  }
  ws.people.remove(person);
  ws.emitter.emit(() => ({ type: 'deleted', identifier: ref.value }));
}

/** Removes the person for good and blocks both id and email, if both are set (Customer.io docs). */
export function suppress(ws: Workspace, ref: Ref): void {
  const person = ws.people.find(ref);
  ws.people.suppress(ref);
  if (person) {
    if (person.id !== null) ws.people.suppress({ kind: 'id', value: person.id });
    if (person.email !== null) ws.people.suppress({ kind: 'email', value: person.email });
    ws.people.remove(person);
  }
  ws.emitter.emit(() => ({ type: 'suppressed', identifier: ref.value }));
}

/** Frees this identifier only; the history stays gone. */
export function unsuppress(ws: Workspace, ref: Ref): void {
  ws.people.unsuppress(ref);
  ws.emitter.emit(() => ({ type: 'unsuppressed', identifier: ref.value }));
}

const month = 30 * 86_400;

/**
 * Merges the secondary into the primary: attributes the primary lacks, events of the last 30 days (they start
 * no campaign), deliveries, manual segments. Without a primary nothing happens (Customer.io docs).
 */
export function merge(ws: Workspace, primary: Person | undefined, secondaryRef: Ref): void {
  const secondary = ws.people.find(secondaryRef);
  if (!primary || !secondary || primary === secondary) {
    const reason = primary ? 'Nothing to merge.' : 'The primary person does not exist.';
    skip(ws, secondaryRef, reason);
    return;
  }
  for (const [name, value] of secondary.attributes) {
    if (!primary.attributes.has(name)) primary.attributes.set(name, value);
  }
  const recent = secondary.events.filter((event) => event.timestamp >= ws.seconds() - month);
  for (const event of recent) event.cioId = primary.cioId;
  primary.events.push(...recent);
  primary.rawReceipts += secondary.rawReceipts;
  for (const message of ws.messages.values()) {
    if (message.cioId === secondary.cioId) message.cioId = primary.cioId;
  }
  for (const activity of ws.activities.all) {
    if (activity.cioId === secondary.cioId) activity.cioId = primary.cioId;
  }
  for (const { members } of ws.segments.all()) {
    if (members.delete(secondary.cioId)) members.add(primary.cioId);
  }
  takeIdentifiers(ws, primary, secondary);
  ws.activities.add({ type: 'profile_merge', cioId: primary.cioId });
  ws.emitter.emit(() => ({ type: 'merged', identifier: secondaryRef.value }));
}

/** The secondary's identifiers go to a primary that has none of that kind. */
function takeIdentifiers(ws: Workspace, primary: Person, secondary: Person): void {
  ws.people.remove(secondary);
  if (primary.id === null && secondary.id !== null) {
    ws.people.assign(primary, { kind: 'id', value: secondary.id });
  }
  if (primary.email === null && secondary.email !== null) {
    ws.people.assign(primary, { kind: 'email', value: secondary.email });
  }
}
