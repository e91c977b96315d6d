import type { ActionOf } from '../../../domain/actions.ts';
import type { UnixSeconds } from '../../../domain/entities.ts';
import { matchWritten } from '../../../kommo/index.ts';

/** An event that planning would send now, and that may have been sent already. */
export interface PlannedSend {
  eventId: number;
  dealId: number;
  track: ActionOf<'track'>;
  /** The notes and tasks of the same plan. */
  texts: string[];
}

/** An event in Customer.io's activity log. */
export interface LoggedEvent {
  name: string;
  /** When Customer.io got it: some time after what it is about. */
  at: UnixSeconds;
  /** The person's identifiers, in lower case. */
  person: string[];
  /** `deal_id` in its data; null where it has none. */
  dealId: number | null;
}

/** What both sides show. */
export interface Evidence {
  /** Notes and tasks that somebody has written on the deals since then, without those that Stagepost knows to be its own. */
  written: { id: number; dealId: number; text: string }[];
  /**
   * The events of each name since then, without those that Stagepost knows to have sent. A name is missing where Customer.io
   * could not be asked.
   */
  logged: ReadonlyMap<string, LoggedEvent[]>;
  /** The names of which Customer.io did not answer, but may answer later. */
  unanswered: ReadonlySet<string>;
}

/** `later`: Customer.io is asked again. */
export type SendState = 'sent' | 'unsent' | 'unknown' | 'later';

/** The clocks of Kommo and Customer.io may differ by this much, s. */
const SLACK_S = 60;

/**
 * Decides of each planned event whether it was sent. A note or task of its plan on the deal says yes, and so does
 * Customer.io's log. Only the log can say no. Each note and each entry of the log accounts for one event, so that a deal
 * that entered its stage twice is compared twice.
 */
export function judgeSends(
  sends: PlannedSend[],
  { written, logged, unanswered }: Evidence,
): Map<PlannedSend, SendState> {
  const left = new Map([...logged].map(([name, events]) => [name, events.toSorted((a, b) => a.at - b.at)]));
  const withText = eventsWithText(sends, written);
  const states = new Map<PlannedSend, SendState>();
  for (const send of sends.toSorted((a, b) => a.track.timestamp - b.track.timestamp)) {
    const events = left.get(send.track.name);
    const isLogged = events !== undefined && takeLogged(send, events);
    if (isLogged || withText.has(send.eventId)) states.set(send, 'sent');
    else if (events !== undefined) states.set(send, 'unsent');
    else states.set(send, unanswered.has(send.track.name) ? 'later' : 'unknown');
  }
  return states;
}

/** The events of whose plans a note or task was found. */
function eventsWithText(sends: PlannedSend[], written: Evidence['written']): Set<number> {
  const texts = textsOf(sends);
  return new Set([...matchWritten(texts, written).keys()].map((id) => texts[id]!.eventId));
}

/**
 * The notes and tasks of events that were sent whose text has changed since, because it has a name or price in it: most of
 * the words of a note in Kommo that no plan has word by word.
 * @returns the texts as they would be written now, by the event
 */
export function rewordedTexts(sent: PlannedSend[], written: Evidence['written']): Map<number, Set<string>> {
  const texts = textsOf(sent);
  const exact = matchWritten(texts, written);
  const taken = new Set([...exact.values()].map(Number));
  const free = written.filter(({ id }) => !taken.has(id));
  const reworded = new Map<number, Set<string>>();
  for (const { id, dealId, text, eventId } of texts) {
    const index = free.findIndex((one) => one.dealId === dealId && isReworded(one.text, text));
    if (exact.has(id) || index < 0) continue;
    free.splice(index, 1);
    reworded.set(eventId, (reworded.get(eventId) ?? new Set()).add(text));
  }
  return reworded;
}

function textsOf(sends: PlannedSend[]) {
  const texts: { id: number; dealId: number; text: string; eventId: number }[] = [];
  const seen = new Set<number>();
  for (const { eventId, dealId, texts: own } of sends) {
    // The clients of one event share its notes.
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    for (const text of own) texts.push({ id: texts.length, dealId, text, eventId });
  }
  return texts;
}

/** The part of the words, from both ends, that must be the same. */
const SAME_WORDS = 0.6;

function isReworded(found: string, own: string): boolean {
  const [a, b] = [found, own].map((text) => text.split(/\s+/)) as [string[], string[]];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return start + end >= Math.max(a.length, b.length) * SAME_WORDS;
}

/** Finds the first entry of the log since the event happened, and takes it out. */
export function takeLogged(
  { dealId, track }: Pick<PlannedSend, 'dealId' | 'track'>,
  events: LoggedEvent[],
): boolean {
  const person = track.person.toLowerCase();
  const isAbout = (event: LoggedEvent) =>
    event.dealId === null ? event.person.includes(person) : event.dealId === dealId;
  const index = events.findIndex((event) => event.at >= track.timestamp - SLACK_S && isAbout(event));
  if (index < 0) return false;
  events.splice(index, 1);
  return true;
}
