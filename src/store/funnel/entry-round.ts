import { sql } from 'kysely';
import type { MailReport } from '../../domain/events.ts';
import { type EmailStep, emailStep } from '../../domain/funnel/email-step.ts';
import type { CountDelays, Left } from '../counts/count-round.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import {
  dueEntries,
  entryStates,
  moveCursors,
  nextEvents,
  nextSettled,
  type ReadEvent,
  readCursors,
} from './entry-sources.ts';
import { addSteps, saveEntries, type TiedStep } from './stage-entries.ts';
import { type StoredReport, tieReports } from './tie-reports.ts';

/** How long a report is waited for until it is planned, since the plan finds its person and its deal, ms. */
const UNPLANNED_MS = 60_000;

/**
 * Brings the entries into stages up to date with the next rows: stage changes add entries, settled actions and the clock have
 * them looked at again, reports say what became of their emails.
 * @param rows of each table, at most
 */
export async function entryRound(
  db: Db,
  { delayMs, doneDelayMs }: CountDelays,
  now: Millis,
  rows: number,
): Promise<Left> {
  const cursors = await readCursors(db);
  const found = await nextEvents(db, cursors.events.id, rows);
  const events = takeWhile(found, (event) => event.at <= now - delayMs && !isUnplanned(event, now));
  const ended = await nextSettled(db, cursors.actions, rows);
  const settled = takeWhile(ended, ({ at }) => at <= now - doneDelayMs);
  const due = await dueEntries(db, now, rows);
  if (events.length + settled.length + due.length > 0) {
    const to = { events: events.at(-1) ?? cursors.events, actions: settled.at(-1) ?? cursors.actions };
    const moved = events.filter(({ payload }) => payload?.kind === 'deal_moved').map(({ id }) => id);
    // An event that is still to be read brings its settled actions along.
    const sends = settled.flatMap(({ eventId }) =>
      eventId !== null && eventId <= to.events.id ? eventId : [],
    );
    const states = await entryStates(db, [...new Set([...moved, ...sends, ...due])]);
    const steps = await tiedSteps(db, events);
    await db.transaction().execute(async (trx) => {
      // A power cut loses cursors and entries together, and both are made again.
      await sql`set local synchronous_commit to off`.execute(trx);
      if (!(await moveCursors(trx, cursors, to))) return;
      await saveEntries(trx, states, now);
      await addSteps(trx, steps);
    });
  }
  if ([events, settled, due].some(({ length }) => length === rows)) return 'more';
  return events.length < found.length || settled.length < ended.length ? 'too_young' : 'nothing';
}

function takeWhile<T>(rows: T[], isTaken: (row: T) => boolean): T[] {
  const end = rows.findIndex((row) => !isTaken(row));
  return end === -1 ? rows : rows.slice(0, end);
}

function isUnplanned({ state, payload, at }: ReadEvent, now: Millis): boolean {
  return payload?.kind === 'mail_report' && state === 'new' && at > now - UNPLANNED_MS;
}

/** What the reports among these events say, with the stage changes that it is about. */
async function tiedSteps(db: Db, events: readonly ReadEvent[]): Promise<TiedStep[]> {
  const byConnection = new Map<string, (StoredReport & { step: EmailStep })[]>();
  for (const { connection, person, dealId, payload } of events) {
    const step = payload?.kind === 'mail_report' ? emailStep(payload) : null;
    if (payload?.kind !== 'mail_report' || step === null) continue;
    const own = byConnection.get(connection) ?? [];
    byConnection.set(connection, [...own, { person, dealId, report: payload, step }]);
  }
  const tied: TiedStep[] = [];
  for (const [connection, reports] of byConnection) {
    const causes = await tieReports(db, connection, reports);
    for (const [index, eventId] of causes.entries())
      if (eventId !== null)
        tied.push({ eventId, step: reports[index]!.step, campaign: campaignOf(reports[index]!.report) });
  }
  return tied;
}

/** The id of a report's campaign. What strangers send is kept only where it can be one. */
function campaignOf({ values }: MailReport): string | null {
  const id = String(values.campaign_id ?? '');
  return /^\d{1,15}$/.test(id) ? id : null;
}
