import type { ChangeEvent } from '../../domain/events.ts';
import { findByName } from '../../domain/find-by-name.ts';
import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents, addReports, type NewEvent } from '../../store/events/events.ts';
import { pendingChanges } from '../../store/events/pending-changes.ts';
import type { ChangeReport } from './understood.ts';

/** The longest value of a status field that is kept of a webhook. */
const MAX_VALUE = 256;

/**
 * Stores edits of deals and contacts. Planning an edit reads the deal or contact again, so a report joins a pending event
 * of the same deal or contact: ten edits in a second cost one read. A planned event has read its deal already, so the next
 * report is a new event, even within the same second.
 * @param statusFields the deal fields that the rules set
 */
export async function addChanges(
  trx: LeasedTransaction,
  connection: string,
  changes: ChangeReport[],
  statusFields: string[],
  now: Millis,
): Promise<void> {
  if (changes.length === 0) return;
  const subjects = changes.map(({ report }) => ({ kind: report.kind, subject: subjectOf(report) }));
  const pending = new Map<string, number>();
  for (const { id, kind, subject, payload } of await pendingChanges(trx, connection, subjects)) {
    pending.set(`${kind}:${subject}:${valuesOf(payload)}`, id);
  }
  const added = new Map<string, NewEvent>();
  const joined: { event_id: number; inbox_id: number }[] = [];
  for (const { report, at, inboxId } of changes) {
    const change = newChange(connection, report, at, inboxId, statusFields);
    const key = `${report.kind}:${subjectOf(report)}:${valuesOf(change.event)}`;
    const pendingId = pending.get(key);
    if (pendingId !== undefined) joined.push({ event_id: pendingId, inbox_id: inboxId });
    else if (added.has(key)) added.get(key)!.inboxIds.push(inboxId);
    else added.set(key, change);
  }
  await addReports(trx, joined);
  await addEvents(trx, [...added.values()], now);
}

/** Reports with other values of a status field are events of their own: each may be an edit of somebody else. */
function valuesOf(event: unknown): string {
  const { fields } = event as { fields?: Record<string, string> };
  return fields === undefined ? '' : JSON.stringify(Object.entries(fields).sort());
}

function subjectOf(report: ChangeReport['report']): number {
  return report.kind === 'deal_changed' ? report.dealId : report.contactId;
}

function newChange(
  connection: string,
  report: ChangeReport['report'],
  at: number,
  inboxId: number,
  statusFields: string[],
): NewEvent {
  return {
    connection,
    key: `${report.kind}:${subjectOf(report)}:${inboxId}`,
    event: eventOf(report, at, statusFields),
    name: null,
    person: null,
    inboxIds: [inboxId],
  };
}

function eventOf(report: ChangeReport['report'], occurredAt: number, statusFields: string[]): ChangeEvent {
  const by = report.by === undefined ? {} : { by: report.by };
  if (report.kind === 'contact_changed')
    return { kind: report.kind, contactId: report.contactId, occurredAt, ...by };
  const { kind, dealId, fields = [] } = report;
  const values = statusFields.flatMap((name) =>
    findByName(name, fields)
      .slice(0, 1)
      .map(({ value }) => [name, value.slice(0, MAX_VALUE)] as const),
  );
  return { kind, dealId, occurredAt, ...by, fields: Object.fromEntries(values) };
}
