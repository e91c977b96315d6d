import {
  type Activity,
  type AppCalls,
  type Message,
  type ReportActivity,
  reportOfActivity,
} from '../../customerio/index.ts';
import { addressIn } from '../../domain/address.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { MailReport, PersonRef } from '../../domain/events.ts';
import { isReportedBy, metricOf } from '../../domain/report-from-log.ts';
import { inLeasedTransaction, type LeaseHolder } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents, unknownKeys } from '../../store/events/events.ts';
import { addFoundReports, storedReports } from '../../store/events/found-reports.ts';

/** The calls that the reading of the log needs. */
export type LogCalls = Pick<AppCalls, 'activities' | 'message'>;

/** What is compared: the activities of one type within a time. */
export interface ActivityRange {
  /** Unix seconds, inclusive; younger activities are left for the next reading, when their reports had time to arrive. */
  from: UnixSeconds;
  to: UnixSeconds;
  /** The most pages of 100 activities. */
  maxPages: number;
}

export interface Comparison {
  /** How many reports no webhook has brought. */
  found: number;
  /** Whether the range was read to its end. */
  isWhole: boolean;
}

/**
 * Reads the activities of a type page by page, the newest first, and adds those that no report has told as events. What was
 * added once is recognised by its activity, so a reading that breaks off is simply repeated.
 * @throws DeliveryError where the log cannot be read, and LeaseLost
 */
export async function compareActivities(
  db: Db,
  connection: LeaseHolder,
  app: LogCalls,
  { type, name }: ReportActivity,
  { from, to, maxPages }: ActivityRange,
  now: () => Millis,
  signal?: AbortSignal,
): Promise<Comparison> {
  let found = 0;
  let start: string | null = null;
  for (let pages = 0; pages < maxPages && !signal?.aborted; pages += 1) {
    const page = await app.activities(type, { start, name });
    const within = page.activities.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
    found += await addLostReports(db, connection, app, within, now());
    const oldest = page.activities.at(-1)?.timestamp ?? 0;
    if (page.next === null || page.activities.length === 0 || oldest < from) return { found, isWhole: true };
    start = page.next;
  }
  return { found, isWhole: false };
}

/** @returns how many activities no report has told */
async function addLostReports(
  db: Db,
  connection: LeaseHolder,
  app: LogCalls,
  activities: Activity[],
  now: Millis,
): Promise<number> {
  const lost = await withoutReports(db, connection.name, activities);
  // Outside the transaction, since each message costs a call.
  const reports: MailReport[] = [];
  for (const activity of lost) {
    const report = reportOfActivity(activity, await messageOf(app, activity));
    if (report) reports.push(report);
  }
  if (reports.length === 0) return 0;
  return inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    // A report may have come while the messages were read.
    const still = new Set((await withoutReports(trx, connection.name, lost)).map(({ id }) => id));
    const added = reports.filter((_, index) => still.has(lost[index]!.id));
    const ids = await addEvents(trx, eventsOf(connection.name, added), now);
    const found = added.map((report) => ({ eventId: ids.get(keyOf(report))!, name: report.name }));
    await addFoundReports(trx, connection.name, found, now);
    return added.length;
  });
}

/** The activities that stand for a report which neither a webhook nor an earlier reading has brought. */
async function withoutReports(db: Db, connection: string, activities: Activity[]): Promise<Activity[]> {
  const candidates = activities.flatMap((activity) => {
    const report = reportOfActivity(activity, null);
    return report ? [{ activity, report }] : [];
  });
  const keys = await unknownKeys(
    db,
    connection,
    candidates.map(({ report }) => keyOf(report)),
  );
  const unknown = candidates.filter(({ report }) => keys.has(keyOf(report)));
  const stored = await storedReports(
    db,
    connection,
    unknown.map(({ report }) => ({ persons: namesOf(report.person), metric: metricOf(report.name) })),
  );
  return unknown
    .filter(
      ({ report }, index) =>
        !stored.some((one) => one.index === index && isReportedBy(report, { ...one.report, name: one.name })),
    )
    .map(({ activity }) => activity);
}

/** Activities say nothing of a message but its id. */
async function messageOf(app: LogCalls, { type, deliveryId }: Activity): Promise<Message | null> {
  // Opens and clicks are many, and lead to nothing but a line.
  if (deliveryId === null || /^(opened|clicked)_/.test(type)) return null;
  return app.message(deliveryId);
}

function eventsOf(connection: string, reports: MailReport[]) {
  return reports.map((report) => ({
    connection,
    key: keyOf(report),
    event: report,
    name: report.name,
    person: namesOf(report.person)[0] ?? null,
    inboxIds: [],
  }));
}

function keyOf({ reportId }: MailReport): string {
  return `report:${reportId}`;
}

/** The names under which reports about the person are stored: the address, else the identifier. */
export function namesOf({ id, email }: PersonRef): string[] {
  return [addressIn(email), id].filter((name) => name !== null);
}
