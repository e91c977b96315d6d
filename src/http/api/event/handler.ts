import { describeAction } from '../../../domain/actions.ts';
import { storedFailureClass, storedFailureCode } from '../../../domain/errors.ts';
import { adviceFor } from '../../../failures/advice.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { withSenderNames } from '../../../store/campaigns/sender-names.ts';
import type { Db } from '../../../store/database/database.ts';
import { loadNames } from '../../../store/deals/names.ts';
import { eventTrace, type StoredTrace } from '../../../store/events/event-trace.ts';
import { positionsOf, reportsOfMessages } from '../../../store/events/message-reports.ts';
import { HttpError } from '../../http-error.ts';
import { rowOf } from '../activity/rows.ts';
import { answerAction } from '../connection-state.ts';
import { findConnection } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { eventOutcome } from './answer.ts';
import type { EventTrace, TraceAction } from './contract.ts';
import { shownRequest } from './request-body.ts';

type StoredAction = StoredTrace['actions'][number];
type StoredAttempt = StoredTrace['attempts'][number];

/** The trace of one event: the requests that reported it, its actions and their API calls. */
export function eventHandlers(services: ApiServices, pipelines: PipelineCache): Pick<Handlers, 'event'> {
  const { connections, database } = services;
  return {
    event: async ({ params: { id } }, { scope, words }) => {
      const { db } = await database();
      const found = await eventTrace(db, [...scope.names], id);
      if (!found) throw new HttpError(404, 'There is no such event.');
      const { event, requests, actions, attempts } = found;
      const connection = findConnection(connections, event.connection, scope);
      const curls = await connection.curlCommands(
        actions.map(({ payload, ulid }) => ({ action: payload, ulid })),
      );
      const stored = await pipelines.of(event.connection);
      const names = await loadNames(db, event.connection, [event]);
      const [named] = await withSenderNames(db, [event]);
      const row = rowOf(named!, stored.pipelines, names(event), words);
      const ownIds = new Set(actions.map((action) => action.id));
      return {
        ...row,
        plannedAt: event.planned_at,
        rulesVersion: event.rules_version,
        warnings: event.warnings,
        otherReports: await otherReports(db, id),
        payload: contentOf(event.payload) as EventTrace['payload'],
        requests: requests.map(shownRequest),
        steps: actions.map((action, index) => shownAction(action, curls[index] ?? null, words)),
        attempts: attempts.map((attempt) => shownAttempt(attempt, ownIds)),
        ...(await eventOutcome(
          db,
          connection,
          row,
          actions.map((action) => answerAction(action, words)),
          { now: services.now(), timezone: stored.timezone, words },
        )),
        links: {
          kommoDeal: row.dealId === null ? null : connection.dealUrl(row.dealId),
          customerioPerson: row.person === null ? null : await connection.personLink(row.person),
        },
      };
    },
  };
}

async function otherReports(db: Db, id: number): Promise<EventTrace['otherReports']> {
  const reports = await reportsOfMessages(db, await positionsOf(db, [id]));
  return reports
    .filter((report) => report.id !== id)
    .sort((a, b) => a.id - b.id)
    .map((report) => ({ id: report.id, name: report.name ?? '', at: report.created_at }));
}

function shownAction(action: StoredAction, curl: string | null, words: Sentences): TraceAction {
  const { lane, kind, state, error } = action;
  const failure = storedFailureClass(action.failure);
  const { owner, todo } = adviceFor(
    { lane, failure, code: storedFailureCode(action.failure_code), removed: action.isRemoved },
    words,
  );
  return {
    id: action.id,
    lane,
    kind,
    title: describeAction(action.payload, kind, words),
    state,
    after: action.after_id,
    tries: action.attempts,
    createdAt: action.created_at,
    nextAt: state === 'ready' && action.next_attempt_at > 0 ? action.next_attempt_at : null,
    sentAt: action.sent_at,
    doneAt: action.done_at,
    result: action.result,
    failure,
    error,
    warnings: action.warnings,
    advice: state === 'dead' ? { owner, todo } : null,
    payload: action.payload as TraceAction['payload'],
    curl,
  };
}

/** @param ownIds the ids of the event's actions. A batch may also contain actions of other events. */
function shownAttempt(attempt: StoredAttempt, ownIds: ReadonlySet<number>): EventTrace['attempts'][number] {
  const { id, lane, call, status, outcome, error } = attempt;
  const actions = attempt.action_ids.filter((action) => ownIds.has(action));
  const times = { at: attempt.started_at, durationMs: attempt.duration_ms };
  return { id, lane, ...times, call, status, outcome, error, actions };
}

/** Null where the contents were removed after the retention time. */
function contentOf(payload: object): object | null {
  return Object.keys(payload).length === 0 ? null : payload;
}
