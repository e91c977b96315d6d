import { fieldsSetBy } from '../../domain/consent/projection.ts';
import { stageRuleFor } from '../../domain/rules/find-rule.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import { isStatementTimeout } from '../../store/database/query-timeout.ts';
import type { Millis } from '../../store/database/schema.ts';
import { markStale } from '../../store/directory/entries.ts';
import { addEvents } from '../../store/events/events.ts';
import { addIncompleteMoves } from '../../store/events/moves.ts';
import { markUnderstood, newRequests, type StoredRequest } from '../../store/inbox.ts';
import type { Restored } from '../../store/restored.ts';
import type { Connection } from '../connection.ts';
import { addChanges } from './add-changes.ts';
import { incompleteRow, unclearRow } from './incomplete-moves.ts';
import { withoutFoundReports } from './late-reports.ts';
import type { Doubt } from './match-moves.ts';
import { readCustomerioRequest } from './read-customerio-request.ts';
import { readKommoRequest } from './read-kommo-request.ts';
import { registerMoves } from './register-moves.ts';
import {
  nothingUnderstood,
  type ReportedStageChange,
  stageChangesIn,
  type Understood,
} from './understood.ts';

/** The most requests and bytes of one transaction: each request may have a megabyte. */
const MAX_BATCH_REQUESTS = 250;
const MAX_BATCH_BYTES = 8_000_000;
/** The most requests to understand before the next planning, which reads from Kommo and may take seconds. */
const MAX_REQUESTS = 20 * MAX_BATCH_REQUESTS;

/** The rules say which stage changes matter. `restored`: reports of before are compared with Customer.io's log. */
type UnderstandingConnection = Pick<Connection, 'name' | 'owner' | 'rules'> & { restored?: Restored | null };

export interface UnderstoodRequests {
  /** How many requests were understood. */
  understood: number;
  /** Whether further requests may have been stored by then. */
  leavesMore: boolean;
}

type OnStageChanges = (changes: ReportedStageChange[]) => void | Promise<void>;

/**
 * Turns the stored requests of a connection into events, each fact once.
 * @param onStageChanges called with the stage changes of each batch before they are stored.
 * @throws LeaseLost
 */
export async function understand(
  db: Db,
  connection: UnderstandingConnection,
  now: Millis,
  onStageChanges: OnStageChanges = () => {},
): Promise<UnderstoodRequests> {
  const result: UnderstoodRequests = { understood: 0, leavesMore: false };
  for (let isNext = true; isNext && result.understood < MAX_REQUESTS; ) {
    const { requests, leavesMore } = await newRequests(
      db,
      connection.name,
      MAX_BATCH_REQUESTS,
      MAX_BATCH_BYTES,
    );
    await understandBatch(db, connection, requests, now, onStageChanges);
    result.understood += requests.length;
    result.leavesMore = leavesMore;
    // Kommo's requests come first in a batch. They are planned before more requests are read.
    isNext =
      requests.length === MAX_BATCH_REQUESTS && requests.every((request) => request.source === 'customerio');
  }
  return result;
}

/**
 * Understands requests together, or one by one where that fails: a request whose contents the database refuses must not
 * hold up the others. It is marked as ignored, and kept as it came.
 */
async function understandBatch(
  db: Db,
  connection: UnderstandingConnection,
  requests: StoredRequest[],
  now: Millis,
  onStageChanges: OnStageChanges,
): Promise<void> {
  const [first, ...others] = requests;
  if (!first) return;
  try {
    await storeBatch(db, connection, requests, now, onStageChanges);
  } catch (error) {
    if (!isDataError(error) && !(others.length > 0 && isStatementTimeout(error))) throw error;
    if (others.length > 0) {
      for (const request of requests) await understandBatch(db, connection, [request], now, () => {});
      return;
    }
    const outcome = `Ignored: it could not be stored (${(error as Error).message}).`;
    await inLeasedTransaction(db, connection, 'shared', (trx) =>
      markUnderstood(trx, [{ id: first.id, outcome }], now),
    );
  }
}

/** Reads the requests, and stores their events and their outcomes in one transaction. */
async function storeBatch(
  db: Db,
  connection: UnderstandingConnection,
  requests: StoredRequest[],
  now: Millis,
  onStageChanges: OnStageChanges,
): Promise<void> {
  const understood = nothingUnderstood();
  for (const request of requests) {
    const read = request.source === 'kommo' ? readKommoRequest : readCustomerioRequest;
    understood.outcomes.push({ id: request.id, outcome: read(request, understood) });
  }
  await onStageChanges(stageChangesIn(understood));
  const { name, rules, restored = null } = connection;
  await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    const unclear = await registerMoves(trx, name, understood.moves, now, askWhereItMatters(rules));
    await addEvents(trx, await withoutFoundReports(trx, name, understood.events, now, restored), now);
    await addChanges(trx, name, understood.changes, fieldsSetBy(rules), now);
    await markStale(trx, name, contactsIn(understood));
    const incomplete = understood.incompleteMoves.map((move) => incompleteRow(name, move));
    await addIncompleteMoves(trx, [...incomplete, ...unclear.map((report) => unclearRow(name, report))]);
    await markUnderstood(trx, understood.outcomes, now);
  });
}

/** The contacts that were reported as changed, deleted, restored or merged. */
function contactsIn({ events, changes }: Understood): number[] {
  const reports = [...events.map(({ event }) => event), ...changes.map(({ report }) => report)];
  return reports.flatMap((report) => ('contactId' in report ? [report.contactId] : []));
}

/** A stage without a rule starts no campaign, so its unclear reports are not worth a call. */
function askWhereItMatters(rules: Connection['rules']): Doubt {
  return ({ pipelineId, stageId }) => (stageRuleFor({ pipelineId, stageId }, rules) ? 'hold' : 'join');
}

/** PostgreSQL's error classes 22 (data exception), 23 (constraint) and 54 (limit exceeded): the data is at fault. */
function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}
