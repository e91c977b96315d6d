import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents, addReports, type NewEvent } from '../../store/events/events.ts';
import { pendingChanges } from '../../store/events/pending-changes.ts';
import type { ChangeReport } from './understood.ts';

/**
 * Stores edits of deals and contacts. Planning an edit reads the deal or contact again, so a report joins a pending event
 * of the same deal or contact: ten edits in a second cost one read. A planned event has read its deal already, so the next
 * report is a new event, even within the same second.
 */
export async function addChanges(
  trx: LeasedTransaction,
  connection: string,
  changes: ChangeReport[],
  now: Millis,
): Promise<void> {
  if (changes.length === 0) return;
  const subjects = changes.map(({ report }) => ({ kind: report.kind, subject: subjectOf(report) }));
  const pending = new Map<string, number>();
  for (const { id, kind, subject } of await pendingChanges(trx, connection, subjects)) {
    pending.set(`${kind}:${subject}`, id);
  }
  const added = new Map<string, NewEvent>();
  const joined: { event_id: number; inbox_id: number }[] = [];
  for (const { report, at, inboxId } of changes) {
    const key = `${report.kind}:${subjectOf(report)}`;
    const pendingId = pending.get(key);
    if (pendingId !== undefined) joined.push({ event_id: pendingId, inbox_id: inboxId });
    else if (added.has(key)) added.get(key)!.inboxIds.push(inboxId);
    else added.set(key, newChange(connection, report, at, inboxId));
  }
  await addReports(trx, joined);
  await addEvents(trx, [...added.values()], now);
}

function subjectOf(report: ChangeReport['report']): number {
  return report.kind === 'deal_changed' ? report.dealId : report.contactId;
}

function newChange(
  connection: string,
  report: ChangeReport['report'],
  at: number,
  inboxId: number,
): NewEvent {
  const { at: _, ...event } = report;
  return {
    connection,
    key: `${report.kind}:${subjectOf(report)}:${inboxId}`,
    event: { ...event, occurredAt: at },
    name: null,
    person: null,
    inboxIds: [inboxId],
  };
}
