import { REFUSAL_TYPES, REPORT_ACTIVITIES, type ReportActivity } from '../../customerio/index.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { stopReports } from '../../domain/rules/stop-reports.ts';
import {
  type ActivityCursor,
  activityCursors,
  saveActivityCursor,
} from '../../store/connections/activity-cursors.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { type Restored, readRestored } from '../../store/restored.ts';
import type { Connection } from '../connection.ts';
import {
  type ActivityRange,
  type Comparison,
  compareActivities,
  type LogCalls,
} from './compare-activities.ts';
import { readRefusals } from './read-refusals.ts';

/** A report arrives within seconds. Younger activities are left for the next reading, s. */
export const REPORT_GRACE_S = 180;
/** Each reading begins this long before the last one: entries can appear late in the log, s. */
const OVERLAP_S = 900;
/** Customer.io docs: activities of the last 30 days are guaranteed. */
const KEPT_S = 30 * 86_400;
/** Pages of 100. After an outage of days the consent of everybody is read; of opens and clicks only the newest. */
const MAX_PAGES = { consent: 300, opens: 50 };

/** A refusal need not wait: nothing else reports it. */
const NO_END = Number.MAX_SAFE_INTEGER;

/** What one reading of the log has found. */
export interface ActivityReading {
  /** Reports that no webhook has brought. */
  lost: number;
  /** Parts of accepted calls of Stagepost that were refused. */
  refused: number;
  /** Types that had more activities than are read at once. */
  cut: string[];
}

/**
 * Reads the activities of the workspace since the last reading and adds the reports that no webhook has brought. The first
 * reading of a type only stores the current time as its beginning: what happened before Stagepost compared the two is not
 * made up for, because it would write old news on deals.
 * @throws DeliveryError where the log cannot be read, and LeaseLost; the next reading then begins at the same place
 */
export async function readActivities(
  db: Db,
  connection: Connection,
  app: LogCalls,
  now: () => Millis,
  signal?: AbortSignal,
): Promise<ActivityReading> {
  const cursors = await activityCursors(db, connection.name);
  const restored = await readRestored(db);
  const reading: ActivityReading = { lost: 0, refused: 0, cut: [] };
  const note = (kind: 'lost' | 'refused', key: string, { found, isWhole }: Comparison) => {
    reading[kind] += found;
    if (!isWhole) reading.cut.push(key);
  };
  for (const activity of activitiesFor(connection.rules)) {
    const key = activity.name ?? activity.type;
    const range = rangeOf(
      cursors.get(key),
      now(),
      isOpenOrClick(activity.type) ? MAX_PAGES.opens : MAX_PAGES.consent,
      restored,
    );
    if (range && !signal?.aborted)
      note('lost', key, await compareActivities(db, connection, app, activity, range, now, signal));
    if (!signal?.aborted) await advance(db, connection, key, cursors.get(key), now());
  }
  for (const type of REFUSAL_TYPES) {
    const range = rangeOf(cursors.get(type), now(), MAX_PAGES.consent, restored);
    if (range && !signal?.aborted)
      note('refused', type, await readRefusals(db, connection, app, type, { ...range, to: NO_END }, signal));
    if (!signal?.aborted) await advance(db, connection, type, cursors.get(type), now());
  }
  return reading;
}

/** Opens and clicks are read only where a rule asks for them: a newsletter has very many. */
function activitiesFor({ reactions, inactivity }: Rules): ReportActivity[] {
  const stops = inactivity.flatMap(({ unless }) => stopReports(unless));
  const asked = new Set([...reactions.map(({ name }) => name), ...stops]);
  return REPORT_ACTIVITIES.filter(
    ({ type, reports }) => !isOpenOrClick(type) || reports.some((name) => asked.has(name)),
  );
}

function isOpenOrClick(type: string): boolean {
  return type === 'opened_email' || type === 'clicked_email';
}

/**
 * Null for the first reading. Reports from before a restore are not waited for: the lost database has got their webhooks.
 */
function rangeOf(
  cursor: ActivityCursor | undefined,
  now: Millis,
  maxPages: number,
  restored: Restored | null,
): ActivityRange | null {
  if (!cursor) return null;
  const seconds = Math.floor(now / 1000);
  const lostUntil = Math.min(seconds, restored?.doubtfulUntil ?? 0);
  const from = Math.max(cursor.from, cursor.to - OVERLAP_S, seconds - KEPT_S);
  return { from, to: Math.max(seconds - REPORT_GRACE_S, lostUntil), maxPages };
}

async function advance(
  db: Db,
  connection: Connection,
  key: string,
  cursor: ActivityCursor | undefined,
  now: Millis,
): Promise<void> {
  const to = Math.floor(now / 1000);
  await inLeasedTransaction(db, connection, 'shared', (trx) =>
    saveActivityCursor(trx, connection.name, key, { from: cursor?.from ?? to, to }),
  );
}
