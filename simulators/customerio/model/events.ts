import { skipCampaign, startCampaign } from '../mail/campaigns.ts';
import type { JsonObject, StoredEvent } from '../types.ts';
import type { Ref } from './identifiers.ts';
import type { Person } from './people.ts';
import type { Workspace } from './workspace.ts';

export interface EventCall {
  id: string | null;
  name: string;
  type: StoredEvent['type'];
  /** Unix seconds, or null for the time of receipt. */
  timestamp: number | null;
  data: JsonObject;
}

const day = 86_400;

/** Applies an accepted event of a person. One for an unknown identifier makes a profile (said by users). */
export function track(ws: Workspace, ref: Ref, call: EventCall, receivedAt: number): void {
  let person = ws.people.find(ref);
  const reason = whyNotStore(ws, ref, person);
  if (reason !== null) {
    const data = { [ref.kind]: { reason, value: ref.value } };
    ws.activities.add({ type: 'failed_event', name: call.name, data, identifier: ref.value });
    return;
  }
  if (repeated(ws, call, person)) return;
  const existed = person !== undefined;
  if (!person) {
    person = ws.people.create(ws.seconds());
    ws.people.assign(person, ref);
  }
  const event = store(ws, call, receivedAt);
  give(ws, person, event);
  ws.emitter.emit(() => ({ type: 'event', event, duplicate: false }));
  // An event that overtakes its identify was seen to lose its welcome mail.
  if (existed) startCampaign(ws, person, event);
  else skipCampaign(ws, event, 'The person did not exist before this event.');
}

function whyNotStore(ws: Workspace, ref: Ref, person: Person | undefined): string | null {
  if (ws.people.isSuppressed(ref)) return 'The identifier is suppressed.';
  return !person && ref.kind === 'cio_id' ? 'No person has this cio_id.' : null;
}

/** An anonymous event waits for a person with its anonymous_id; an empty one with a recipient is an "invite". */
export function trackAnonymous(
  ws: Workspace,
  anonymousId: string,
  call: EventCall,
  receivedAt: number,
): void {
  if (repeated(ws, call, undefined)) return;
  const event = store(ws, call, receivedAt);
  event.anonymousId = anonymousId;
  ws.emitter.emit(() => ({ type: 'event', event, duplicate: false }));
  const owner = anonymousId === '' ? undefined : ws.people.find({ kind: 'anonymous_id', value: anonymousId });
  if (owner) {
    give(ws, owner, event);
    startCampaign(ws, owner, event);
  } else if (anonymousId !== '') {
    const waiting = ws.anonymous.get(anonymousId) ?? [];
    waiting.push(event);
    ws.anonymous.set(anonymousId, waiting);
  }
}

/**
 * Gives the person an anonymous_id, and with it its events of the last 30 days. The id is unique and not
 * reusable: one that belongs to somebody else is left with them.
 */
export function attachAnonymous(ws: Workspace, person: Person, anonymousId: string): void {
  const ref: Ref = { kind: 'anonymous_id', value: anonymousId };
  if (ws.people.find(ref)) return;
  ws.people.assign(person, ref);
  const waiting = ws.anonymous.get(anonymousId) ?? [];
  ws.anonymous.delete(anonymousId);
  for (const event of waiting) {
    if (event.timestamp < ws.seconds() - 30 * day) continue;
    give(ws, person, event);
    startCampaign(ws, person, event);
  }
}

/**
 * "A ULID we use to deduplicate events. If an event repeats a value we've already received, we ignore the
 * duplicate" (Customer.io docs): for whomever it was sent the first time.
 */
function repeated(ws: Workspace, call: EventCall, person: Person | undefined): boolean {
  const event = call.id === null ? undefined : ws.eventIds.get(call.id.toUpperCase());
  if (!event) return false;
  event.receipts++;
  if (person) person.rawReceipts++;
  ws.emitter.emit(() => ({ type: 'event', event, duplicate: true }));
  return true;
}

function store(ws: Workspace, call: EventCall, receivedAt: number): StoredEvent {
  const event: StoredEvent = {
    ...call,
    timestamp: call.timestamp ?? Math.floor(receivedAt / 1000),
    receivedAt,
    receipts: 1,
    cioId: null,
    anonymousId: null,
  };
  ws.events.push(event);
  if (event.id !== null) ws.eventIds.set(event.id.toUpperCase(), event);
  return event;
}

function give(ws: Workspace, person: Person, event: StoredEvent): void {
  event.cioId = person.cioId;
  person.events.push(event);
  person.rawReceipts++;
  ws.activities.add({ type: event.type, name: event.name, data: event.data, cioId: person.cioId });
}
