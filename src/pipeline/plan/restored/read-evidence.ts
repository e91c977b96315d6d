import { kindsOfCall } from '../../../domain/actions.ts';
import type { UnixSeconds } from '../../../domain/entities.ts';
import { asDeliveryError, mayAnswerLater } from '../../../domain/errors.ts';
import { matchWritten } from '../../../kommo/index.ts';
import { resultsOf } from '../../../store/actions/actions.ts';
import {
  type OpenAction,
  openActions,
  type SentEvent,
  sentEvents,
} from '../../../store/actions/sent-since.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import { type Evidence, type LoggedEvent, type PlannedSend, takeLogged } from './evidence.ts';

/** The allowed difference between Kommo's or Customer.io's clock and ours, s. */
const CLOCK_SLACK_S = 300;
/** Pages of 100 events of one name. More than 5,000 in the time in question: then nothing is said about that name. */
const MAX_PAGES = 50;

/**
 * Asks both sides what they show of these events.
 * @throws DeliveryError where Kommo cannot be read; where Customer.io cannot be, the evidence says nothing about it
 */
export async function readEvidence(db: Db, connection: Connection, sends: PlannedSend[]): Promise<Evidence> {
  const since = Math.min(...sends.map(({ track }) => track.timestamp)) - CLOCK_SLACK_S;
  const dealIds = [...new Set(sends.map(({ dealId }) => dealId))];
  const options = { priority: 'retry' } as const;
  const notes = await connection.kommo.notesOf(dealIds, since, options);
  const tasks = await connection.kommo.tasksOf(dealIds, since, options);
  const kinds = [...kindsOfCall('addNotes'), ...kindsOfCall('addTasks')];
  const own = await resultsOf(db, connection.name, kinds, dealIds);
  const logged = new Map<string, LoggedEvent[]>();
  const unanswered = new Set<string>();
  for (const name of new Set(sends.map(({ track }) => track.name))) {
    const events = await readLog(connection, name, since);
    if (events === 'later') unanswered.add(name);
    if (events === null || events === 'later') continue;
    const known = await sentEvents(db, { connection: connection.name, name, dealIds, since: since * 1000 });
    logged.set(name, withoutKnown(events, known));
  }
  const foreign = [...notes, ...tasks].filter(({ id }) => !own.has(String(id)));
  return withoutOpen(await openActions(db, connection.name, dealIds), foreign, logged, unanswered);
}

/** Null without an App API key, where it is refused, and where the log is too long; `later` where it does not answer now. */
async function readLog(
  { app }: Connection,
  name: string,
  since: UnixSeconds,
): Promise<LoggedEvent[] | 'later' | null> {
  if (!app) return null;
  const events: LoggedEvent[] = [];
  try {
    let start: string | null = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { activities, next } = await app.bulk.activities('event', { name, start });
      for (const { timestamp, person, data } of activities) {
        const ids = [person.id, person.email, person.cioId].filter((id) => id !== null);
        const dealId = typeof data.deal_id === 'number' ? data.deal_id : null;
        events.push({ name, at: timestamp, person: ids.map((id) => id.toLowerCase()), dealId });
      }
      if (next === null || activities.every(({ timestamp }) => timestamp < since)) return events;
      start = next;
    }
    return null;
  } catch (thrown) {
    return mayAnswerLater(asDeliveryError(thrown)) ? 'later' : null;
  }
}

/** Leaves out what this database knows to have sent: of each deal, the entries nearest in time. */
function withoutKnown(events: LoggedEvent[], known: SentEvent[]): LoggedEvent[] {
  const left = [...events];
  for (const { dealId, person, doneAt } of known) {
    const distance = ({ at }: LoggedEvent) => Math.abs(at - doneAt / 1000);
    const own = left
      .filter((event) =>
        event.dealId === null ? event.person.includes(person.toLowerCase()) : event.dealId === dealId,
      )
      .sort((a, b) => distance(a) - distance(b));
    if (own[0]) left.splice(left.indexOf(own[0]), 1);
  }
  return left;
}

/** What is still open was perhaps sent by the other database: what it has left must not count for a later event. */
function withoutOpen(
  open: OpenAction[],
  written: Evidence['written'],
  logged: Map<string, LoggedEvent[]>,
  unanswered: Set<string>,
): Evidence {
  const texts = open.flatMap(({ id, dealId, payload }) =>
    payload.kind === 'note' || payload.kind === 'task' ? [{ id, dealId, text: payload.text }] : [],
  );
  const taken = new Set([...matchWritten(texts, written).values()].map(Number));
  for (const events of logged.values()) events.sort((a, b) => a.at - b.at);
  for (const { dealId, payload } of open)
    if (payload.kind === 'track') takeLogged({ dealId, track: payload }, logged.get(payload.name) ?? []);
  return { written: written.filter(({ id }) => !taken.has(id)), logged, unanswered };
}
