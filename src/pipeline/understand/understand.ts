import type { Selectable } from 'kysely';
import { readReport } from '../../customerio/index.ts';
import type { Json } from '../../domain/entities.ts';
import type { DealMoved } from '../../domain/events.ts';
import { normalizeEmail } from '../../domain/person.ts';
import { SELF_TEST, SELF_TEST_MESSAGE } from '../../domain/self-test.ts';
import { type KommoReport, readWebhook } from '../../kommo/index.ts';
import {
  inLeasedTransaction,
  type LeasedTransaction,
  type LeaseHolder,
} from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import { isStatementTimeout } from '../../store/database/query-timeout.ts';
import type { InboxRow, Millis } from '../../store/database/schema.ts';
import { addEvents, addReports, type NewEvent, pendingChanges } from '../../store/events/events.ts';
import { addMovesWithoutTime } from '../../store/events/moves.ts';
import { markUnderstood, newRequests } from '../../store/inbox.ts';
import { compressionProblem } from './gzip.ts';
import { type MoveReport, registerMoves } from './register-moves.ts';

/** How many requests one transaction understands, and how many bytes: each may have a megabyte. */
const BATCH = 250;
const BATCH_BYTES = 8_000_000;
/** How many sentences of one webhook's outcome are kept: the list is stored and shown. */
const MAX_WORDS = 50;

type Request = Selectable<InboxRow>;

/** What a batch of requests says, sorted by what must happen with it. */
interface Understood {
  moves: MoveReport[];
  untimed: { connection: string; inbox_id: number; report: Json }[];
  changes: Extract<KommoReport, { kind: 'deal_changed' | 'contact_changed' }>[];
  changeInbox: number[];
  events: NewEvent[];
  outcomes: { id: number; outcome: string }[];
}

/** A stage change that was reported, perhaps not for the first time. */
export type ReportedMove = Pick<DealMoved, 'dealId' | 'to'>;

type OnMoves = (moves: ReportedMove[]) => void | Promise<void>;

/** So many reports are understood in one go, before the next planning reads from Kommo. */
const MOST = 20 * BATCH;

/**
 * Turns the stored requests of a connection into events, each fact once.
 * @param onMoves called with the stage changes that are going to be stored.
 * @returns how many requests were understood.
 * @throws LeaseLost
 */
export async function understand(
  db: Db,
  connection: LeaseHolder,
  now: Millis,
  onMoves: OnMoves = () => {},
): Promise<number> {
  let understood = 0;
  for (let isMore = true; isMore && understood < MOST; ) {
    const requests = await newRequests(db, connection.name, BATCH, BATCH_BYTES);
    await understandAll(db, connection, requests, now, onMoves);
    understood += requests.length;
    // What came from Kommo, first in the list, is planned at once.
    isMore = requests.length === BATCH && requests.every((request) => request.source === 'customerio');
  }
  return understood;
}

/** One request whose contents the database refuses must not hold up the others: it is kept as it came. */
async function understandAll(
  db: Db,
  connection: LeaseHolder,
  requests: Request[],
  now: Millis,
  onMoves: OnMoves,
): Promise<void> {
  if (requests.length === 0) return;
  try {
    await understandTogether(db, connection, requests, now, onMoves);
  } catch (error) {
    if (!isDataError(error) && !(isStatementTimeout(error) && requests.length > 1)) throw error;
    if (requests.length > 1) {
      for (const request of requests) await understandAll(db, connection, [request], now, () => {});
    } else {
      const outcome = `Ignored: it could not be stored (${(error as Error).message}).`;
      await inLeasedTransaction(db, connection, 'shared', (trx) =>
        markUnderstood(trx, [{ id: requests[0]!.id, outcome }], now),
      );
    }
  }
}

/** PostgreSQL's classes 22 (data exception), 23 (constraint) and 54 (limit exceeded): the data, not the server. */
function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}

async function understandTogether(
  db: Db,
  connection: LeaseHolder,
  requests: Request[],
  now: Millis,
  onMoves: OnMoves,
): Promise<void> {
  const understood: Understood = {
    moves: [],
    untimed: [],
    changes: [],
    changeInbox: [],
    events: [],
    outcomes: [],
  };
  for (const request of requests) {
    const outcome =
      request.source === 'kommo' ? readKommo(request, understood) : readCustomerio(request, understood);
    understood.outcomes.push({ id: request.id, outcome });
  }
  await onMoves(movesIn(understood));
  await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    await registerMoves(trx, connection.name, understood.moves, now);
    await addEvents(trx, understood.events, now);
    await addChanges(trx, connection.name, understood, now);
    await addMovesWithoutTime(trx, understood.untimed);
    await markUnderstood(trx, understood.outcomes, now);
  });
}

function movesIn({ moves, events }: Understood): ReportedMove[] {
  const created = events.map(({ event }) => event).filter((event) => event.kind === 'deal_moved');
  return [...moves.map(({ dealId, ...to }) => ({ dealId, to })), ...created];
}

function readKommo(request: Selectable<InboxRow>, understood: Understood): string {
  const body = Buffer.from(request.body ?? []);
  const reading = readWebhook(body, request.headers['content-type']);
  const compressed = reading.reports.length === 0 ? compressionProblem(request.headers, body) : null;
  if (compressed !== null) return `Ignored: ${compressed}`;
  const words = reading.reports.map((report) => sort(report, request, understood));
  words.push(...reading.ignored.map((part) => `Ignored: ${part.reason}`));
  const unique = [...new Set(words)];
  const more = unique.length > MAX_WORDS ? [`And ${unique.length - MAX_WORDS} more.`] : [];
  return [...unique.slice(0, MAX_WORDS), ...more].join(' ') || 'Ignored: the webhook reports nothing.';
}

/** Puts a report where it belongs. @returns what it says, in words. */
function sort(report: KommoReport, request: Selectable<InboxRow>, understood: Understood): string {
  const { connection, id: inboxId } = request;
  const arrived = Math.floor(request.received_at / 1000);
  switch (report.kind) {
    case 'moved':
      understood.moves.push({ ...report, kommoEventId: null, inboxIds: [inboxId] });
      return `Deal ${report.dealId} moved.`;
    case 'moved_untimed':
      understood.untimed.push({ connection, inbox_id: inboxId, report: { ...report } });
      return `Deal ${report.dealId} moved (Digital Pipeline, without a time: looked up at Kommo).`;
    case 'created':
      understood.events.push({
        connection,
        key: `created:${report.dealId}`,
        event: {
          kind: 'deal_moved',
          dealId: report.dealId,
          from: null,
          to: { pipelineId: report.pipelineId, stageId: report.stageId },
          occurredAt: report.at ?? arrived,
        },
        name: null,
        person: null,
        inboxIds: [inboxId],
      });
      return `Deal ${report.dealId} was created.`;
    case 'deal_deleted':
      understood.events.push({
        connection,
        key: `deleted:${report.dealId}:${inboxId}`,
        event: { kind: 'deal_deleted', dealId: report.dealId, occurredAt: arrived },
        name: null,
        person: null,
        inboxIds: [inboxId],
      });
      return `Deal ${report.dealId} was deleted.`;
    case 'deal_changed':
    case 'contact_changed':
      understood.changes.push({ ...report, at: report.at ?? arrived });
      understood.changeInbox.push(inboxId);
      return report.kind === 'deal_changed'
        ? `Deal ${report.dealId} changed.`
        : `Contact ${report.contactId} changed.`;
    case 'company_changed':
      return 'Ignored: a company changed. Its people get the new values with their next change.';
  }
}

function readCustomerio(request: Selectable<InboxRow>, understood: Understood): string {
  const body = Buffer.from(request.body ?? []);
  const reading = readReport(body, Math.floor(request.received_at / 1000));
  if (!reading.ok) return `Ignored: ${compressionProblem(request.headers, body) ?? reading.reason}`;
  const { report } = reading;
  if (report.name === SELF_TEST) return `Ignored: ${SELF_TEST_MESSAGE}`;
  understood.events.push({
    connection: request.connection,
    key: `report:${report.reportId}`,
    event: report,
    name: report.name,
    person: (report.person.email && normalizeEmail(report.person.email)) ?? report.person.id,
    inboxIds: [request.id],
  });
  return `Customer.io reports ${report.name}.`;
}

/**
 * A change leads to reading the deal or contact again, so a report that finds one waiting to be
 * planned joins it: ten edits in a second are one reading. A change that was planned already is
 * past; the next report is a new one, even within the same second.
 */
async function addChanges(
  trx: LeasedTransaction,
  connection: string,
  understood: Understood,
  now: Millis,
): Promise<void> {
  if (understood.changes.length === 0) return;
  const waiting = new Map<string, number>();
  for (const row of await pendingChanges(trx, connection)) {
    waiting.set(`${row.kind}:${row.deal_id ?? row.contact_id}`, row.id);
  }
  const fresh = new Map<string, NewEvent>();
  const joined: { event_id: number; inbox_id: number }[] = [];
  for (const [index, change] of understood.changes.entries()) {
    const inboxId = understood.changeInbox[index]!;
    const what = change.kind === 'deal_changed' ? change.dealId : change.contactId;
    const subject = `${change.kind}:${what}`;
    const eventId = waiting.get(subject);
    if (eventId !== undefined) joined.push({ event_id: eventId, inbox_id: inboxId });
    else if (fresh.has(subject)) fresh.get(subject)!.inboxIds.push(inboxId);
    else {
      const { at, ...rest } = change;
      fresh.set(subject, {
        connection,
        key: `${subject}:${inboxId}`,
        event: { ...rest, occurredAt: at! },
        name: null,
        person: null,
        inboxIds: [inboxId],
      });
    }
  }
  await addReports(trx, joined);
  await addEvents(trx, [...fresh.values()], now);
}
