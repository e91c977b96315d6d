import type { AppCalls, SubscriptionPreferences } from '../../customerio/index.ts';
import { lacksPreferences } from '../../domain/consent/entries-of-report.ts';
import { DeliveryError, mayAnswerLater } from '../../domain/errors.ts';
import type { MailReport, ReadBack } from '../../domain/events.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { addReadBack, profileOf } from './read-back.ts';

/** The most people whose preferences are read for one batch: what Customer.io answers within a second. */
const MAX_PEOPLE = 10;
/** After so many attempts the report is planned without the preferences. With the waits between them they take a day. */
const MAX_ATTEMPTS = 34;

const UNKNOWN = 'Which topics changed is not known';
const NO_KEY = `${UNKNOWN}: switch Body Content on, or give an app_key.`;
const NO_PERSON = `${UNKNOWN}: Customer.io does not have this person any more.`;
const REFUSED = `${UNKNOWN}: Customer.io refused to say it. Switch Body Content on, or correct the app_key.`;
const NO_ANSWER = `${UNKNOWN}: Customer.io has not answered for a day.`;

export interface ReadPreferences {
  /** All events; reports of changed preferences that say nothing else with what was read. */
  events: StoredEvent[];
  /** By report id: those that are read with a later batch, because this one has many. */
  deferred: Set<string>;
  /** By report id: those to which Customer.io gave no answer. */
  unanswered: Set<string>;
}

/**
 * Reads what the people of such reports receive that do not say which topics changed, each person once: Customer.io sends the
 * topics only with Body Content switched on (reporting webhooks, OpenAPI).
 */
export async function readPreferences(
  app: Pick<AppCalls, 'subscriptionPreferences'> | null,
  events: StoredEvent[],
): Promise<ReadPreferences> {
  const reports = new Map<number, MailReport>();
  for (const { id, payload } of events)
    if (payload.kind === 'mail_report' && lacksPreferences(payload)) reports.set(id, payload);
  const result: ReadPreferences = { events, deferred: new Set(), unanswered: new Set() };
  if (reports.size === 0) return result;

  const people = new Map<string, Promise<ReadBack | null>>();
  const reading = events.map(async (row) => {
    const report = reports.get(row.id);
    if (!report) return row;
    const profile = profileOf(report);
    if (app === null || profile === null)
      return addReadBack(row, { warnings: [app === null ? NO_KEY : NO_PERSON] });
    const [idType, id] = profile;
    const name = `${idType} ${id}`;
    if (!people.has(name) && people.size >= MAX_PEOPLE) {
      result.deferred.add(report.reportId);
      return row;
    }
    if (!people.has(name))
      people.set(
        name,
        readOne(() => app.subscriptionPreferences(idType, id)),
      );
    const read = await people.get(name)!;
    if (read !== null) return addReadBack(row, read);
    if (row.attempts >= MAX_ATTEMPTS) return addReadBack(row, { warnings: [NO_ANSWER] });
    result.unanswered.add(report.reportId);
    return row;
  });
  return { ...result, events: await Promise.all(reading) };
}

/** @returns null where Customer.io may answer later */
async function readOne(read: () => Promise<SubscriptionPreferences | null>): Promise<ReadBack | null> {
  try {
    const preferences = await read();
    if (preferences === null) return { warnings: [NO_PERSON] };
    const { unsubscribed, topics } = preferences;
    const switches = Object.fromEntries(topics.map(({ key, isSubscribed }) => [key, isSubscribed]));
    return { preferences: { unsubscribed, topics: switches }, warnings: [] };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return mayAnswerLater(error) ? null : { warnings: [REFUSED] };
  }
}
