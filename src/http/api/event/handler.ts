import { describeAction } from '../../../domain/actions.ts';
import type { FailureClass } from '../../../domain/errors.ts';
import { adviceFor } from '../../../failures/advice.ts';
import { eventTrace, type StoredTrace } from '../../../store/events/event-trace.ts';
import type { KnownPipelines } from '../activity/pipelines.ts';
import { rowOf } from '../activity/rows.ts';
import type { EventTrace, TraceAction } from '../contract.ts';
import { type Handlers, HttpError } from '../routes.ts';
import { connectionNamed } from '../rules/handler.ts';
import type { ConsoleOptions } from '../services.ts';
import { shownRequest } from './request-body.ts';

type StoredAction = StoredTrace['actions'][number];

/** The trace of one event. */
export function eventHandlers(options: ConsoleOptions, pipelines: KnownPipelines): Pick<Handlers, 'event'> {
  const { connections, database } = options;
  const names = connections.map(({ name }) => name);
  return {
    event: async ({ params: { id } }) => {
      const { db } = await database();
      const found = await eventTrace(db, names, id);
      if (!found) throw new HttpError(404, 'There is no such event.');
      const { event, requests, actions, attempts } = found;
      const connection = connectionNamed(connections, event.connection);
      const curls = await connection.curlCommands(
        actions.map(({ payload, ulid }) => ({ action: payload, ulid })),
      );
      const stored = await pipelines.of(event.connection);
      const row = rowOf(event, stored.pipelines);
      return {
        ...row,
        plannedAt: event.planned_at,
        rulesVersion: event.rules_version,
        warnings: event.warnings,
        payload: contentOf(event.payload) as EventTrace['payload'],
        requests: requests.map(shownRequest),
        steps: actions.map((action, index) => stepOf(action, curls[index] ?? null)),
        attempts: attempts.map((attempt) => ({
          id: attempt.id,
          lane: attempt.lane,
          at: attempt.started_at,
          durationMs: attempt.duration_ms,
          call: attempt.call,
          status: attempt.status,
          outcome: attempt.outcome,
          error: attempt.error,
          // A batch also carries the actions of others.
          actions: attempt.action_ids.filter((action) => actions.some((own) => own.id === action)),
        })),
        links: {
          kommoDeal: row.dealId === null ? null : dealLink(connection.kommoUrl, row.dealId),
          customerioPerson: row.person === null ? null : await connection.personLink(row.person),
        },
      };
    },
  };
}

export function dealLink(kommoUrl: string, dealId: number): string {
  return `${kommoUrl}/leads/detail/${dealId}`;
}

function stepOf(action: StoredAction, curl: string | null): TraceAction {
  const { lane, kind, state, error } = action;
  const failure = action.failure as FailureClass | null;
  const removed = action.payload === null;
  const { owner, todo } = adviceFor({ lane, kind, failure, words: error, removed });
  return {
    id: action.id,
    lane,
    kind,
    title: describeAction(action.payload, kind),
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

/** Null where the contents were removed after the retention time. */
function contentOf(payload: object): object | null {
  return Object.keys(payload).length === 0 ? null : payload;
}
