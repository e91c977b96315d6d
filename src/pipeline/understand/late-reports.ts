import type { MailReport } from '../../domain/events.ts';
import { isFromLog, isSameOccurrence, metricOf } from '../../domain/report-from-log.ts';
import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addReports, type NewEvent } from '../../store/events/events.ts';
import { markReported, type StoredReport, storedReports } from '../../store/events/found-reports.ts';
import type { Restored } from '../../store/restored.ts';
import { namesOf } from './compare-activities.ts';
import { REPORT_GRACE_S } from './read-activities.ts';

/**
 * Recognises reports that come so late that Customer.io's activity log has told them before. Each is one event, whichever
 * came first. An open or a click is an event of its own where the report says that a person did it: the log does not say so,
 * and its event counted as a machine's.
 * @returns the events that are to be added
 */
export async function withoutFoundReports(
  trx: LeasedTransaction,
  connection: string,
  events: NewEvent[],
  now: Millis,
  restored: Restored | null,
): Promise<NewEvent[]> {
  const late = events.filter((event) => isLate(event, now, restored));
  // Reports are on time but for an outage, so this costs nothing else.
  if (late.length === 0) return events;
  const stored = await storedReports(
    trx,
    connection,
    late.map(({ event }) => {
      const { person, name } = event as MailReport;
      return { persons: namesOf(person), metric: metricOf(name) };
    }),
  );
  const found = late.flatMap((event, index) => {
    const same = stored.find((one) => one.index === index && isSame(one, event.event as MailReport));
    return same ? [{ event, same }] : [];
  });
  await markReported(
    trx,
    found.map(({ same }) => same.id),
    now,
  );
  const repeated = found.filter(({ event, same }) => !tellsMore(event.event as MailReport, same));
  await addReports(
    trx,
    repeated.flatMap(({ event, same }) =>
      event.inboxIds.map((inboxId) => ({ event_id: same.id, inbox_id: inboxId })),
    ),
  );
  const dropped = new Set(repeated.map(({ event }) => event));
  return events.filter((event) => !dropped.has(event));
}

/** What happened before a restore is read from the log at once. */
function isLate({ event }: NewEvent, now: Millis, restored: Restored | null): boolean {
  if (event.kind !== 'mail_report') return false;
  const isFromBefore = restored !== null && event.occurredAt <= restored.doubtfulUntil;
  return isFromBefore || now / 1000 - event.occurredAt >= REPORT_GRACE_S - 1;
}

function isSame({ key, name, report }: StoredReport, other: MailReport): boolean {
  return isFromLog({ reportId: key.replace(/^report:/, '') }) && isSameOccurrence({ ...report, name }, other);
}

/** A rule that counts machines has acted on the open of the log already. */
function tellsMore(report: MailReport, same: StoredReport): boolean {
  return !report.machine && same.report.machine && same.state !== 'planned';
}
