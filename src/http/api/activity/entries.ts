import { type EventOutcome, outcomeOf } from '../../../domain/event-outcome.ts';
import { messageOutcome, messageProgress, milestoneOf } from '../../../domain/message-progress.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { translateReason } from '../../../languages/translate-reason.ts';
import { withSenderNames } from '../../../store/campaigns/sender-names.ts';
import type { Db } from '../../../store/database/database.ts';
import { loadNamesOfAll } from '../../../store/deals/names.ts';
import { type ListedEvent, listEvents } from '../../../store/events/activity.ts';
import type { EventPosition } from '../../../store/events/event-pages.ts';
import { reportsOfMessages } from '../../../store/events/message-reports.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { ActivityRow } from './contract.ts';
import { rowOf } from './rows.ts';

/** An event as it is stored, with its position in lists. */
export interface PlacedEvent extends ListedEvent {
  position: EventPosition;
}

/** What a row shows: an event with, where it reports a message, all reports of this message. */
export interface Entry {
  event: PlacedEvent;
  /** The newest first, with the event itself; empty for an event that is no report of a message. */
  reports: PlacedEvent[];
}

/** What all reports of a message have in common; null for other events. */
export function messageKey({ connection, message }: EventPosition): string | null {
  return message === null ? null : `${connection}/${message}`;
}

/** The first event of each message, and all events of no message. */
export function oneOfEachMessage(events: readonly EventPosition[]): EventPosition[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const key = messageKey(event);
    if (key === null) return true;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** The entries of these events, in their order. Events that were removed since are left out. */
export async function loadEntries(db: Db, positions: readonly EventPosition[]): Promise<Entry[]> {
  const reports = await reportsOfMessages(db, positions);
  const all = new Map([...reports, ...positions].map((position) => [position.id, position]));
  const listed = await withSenderNames(db, await listEvents(db, [...all.keys()]));
  const events = new Map(listed.map((event) => [event.id, { ...event, position: all.get(event.id)! }]));
  const ofMessage = Map.groupBy(events.values(), ({ position }) => messageKey(position));
  return positions.flatMap((position) => {
    const event = events.get(position.id);
    const key = messageKey(position);
    return event ? [{ event, reports: key === null ? [] : ofMessage.get(key)! }] : [];
  });
}

/** Reads what the rows of entries need besides. @returns the row of one of them in a language */
export async function rowsOfEntries(
  db: Db,
  pipelines: PipelineCache,
  entries: readonly Entry[],
): Promise<(entry: Entry, words: Sentences) => ActivityRow> {
  const stages = await pipelines.all(entries.map(({ event }) => event.connection));
  const names = await loadNamesOfAll(
    db,
    entries.flatMap(({ event, reports }) => [event, ...reports]),
  );
  return (entry, words) => {
    const subject = subjectOf(entry);
    const row = rowOf(entry.event, stages.get(entry.event.connection) ?? [], names(subject), words);
    return withMessage({ ...row, dealId: subject.deal_id, person: subject.person }, entry, words);
  };
}

/** The event that names the deal and the person: a report may have come before they were known. */
function subjectOf({ event, reports }: Entry): ListedEvent {
  const sorted = reports.toSorted((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  return sorted.find(({ deal_id }) => deal_id !== null) ?? sorted[0] ?? event;
}

/** Of these outcomes the first is what somebody wants to see. */
const MOST: readonly EventOutcome[] = ['failed', 'open', 'parked', 'waiting', 'held', 'done', 'nothing'];

/** The report that has led to most; of several the one by which the message came furthest, and then the newest. */
function reportOf(reports: PlacedEvent[]): PlacedEvent {
  const rank = (report: PlacedEvent) => MOST.indexOf(outcomeOf(report));
  const step = (report: PlacedEvent) => milestoneOf(report.name ?? '');
  return reports.toSorted((a, b) => rank(a) - rank(b) || step(b) - step(a) || b.id - a.id)[0]!;
}

function withMessage(row: ActivityRow, { event, reports }: Entry, words: Sentences): ActivityRow {
  const key = messageKey(event.position);
  const told = reports.flatMap(({ payload }) => (payload.kind === 'mail_report' ? [payload] : []));
  if (key === null || told.length === 0) return row;
  const progress = messageProgress(told, row.client, words);
  const outcomes = reports.map((report) => ({ outcome: outcomeOf(report), name: report.name ?? '' }));
  const sum = (state: 'done' | 'open' | 'failed' | 'dropped') =>
    reports.reduce((total, report) => total + report[state], 0);
  return {
    ...row,
    title: `${progress.to} · ${progress.subject}`,
    message: { key, report: reportOf(reports).id, ...progress },
    outcome: messageOutcome(outcomes),
    reason: translateReason(reports.find(({ state }) => state === 'parked')?.reason ?? null, null, words),
    rule: reports.find(({ rule }) => rule !== null)?.rule ?? null,
    actions: { done: sum('done'), open: sum('open'), failed: sum('failed'), dropped: sum('dropped') },
  };
}
