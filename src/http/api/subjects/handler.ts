import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { describeAction } from '../../../domain/actions.ts';
import { storedFailureClass, storedFailureCode } from '../../../domain/errors.ts';
import { adviceFor } from '../../../failures/advice.ts';
import type { Db } from '../../../store/database/database.ts';
import { dealUrl, selectConnections } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import { type AnswerInput, answerFor } from './answer.ts';
import type { Person, Subject } from './contract.ts';
import { type StoredSubject, storedSubject } from './query.ts';

const MAX_WATCHES = 50;

/** Everything that is stored about a deal or a person, and why nothing happened. */
export function subjectHandlers(services: ApiServices, pipelines: PipelineCache): Pick<Handlers, 'subjects'> {
  return {
    subjects: async ({ query: { q, connection: only } }, { scope }) => {
      const { db } = await services.database();
      const query = /leads\/detail\/(\d{1,15})/.exec(q)?.[1] ?? q;
      const all: Subject[] = [];
      for (const connection of selectConnections(services.connections, only, scope)) {
        all.push(await subjectIn(db, connection, pipelines, query));
        // On the embedded database the queries run on this thread: webhooks are answered in between.
        await yieldToEventLoop();
      }
      const known = all.filter(({ people, timeline }) => people.length + timeline.length > 0);
      return { q, subjects: known.length > 0 ? known : all };
    },
  };
}

async function subjectIn(
  db: Db,
  connection: ConsoleConnection,
  pipelines: PipelineCache,
  query: string,
): Promise<Subject> {
  const { name, kommoUrl } = connection;
  const stored = await storedSubject(db, name, (await pipelines.of(name)).pipelines, query);
  const { deals, persons, watches, timeline, more } = stored;
  return {
    connection: name,
    deals: deals.map((id) => ({ id, link: dealUrl(kommoUrl, id) })),
    people: await Promise.all(persons.map((row) => shownPerson(row, connection))),
    fieldHistory: stored.fieldHistory.map(shownField),
    watches: watches.slice(-MAX_WATCHES).reverse().map(shownWatch),
    timeline,
    more,
    answer: answerFor({
      q: query,
      isDeal: /^\d+$/.test(query),
      timeline,
      running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
      actions: stored.lastActions.map(describedAction),
      lane: laneTrouble(connection),
    }),
  };
}

async function shownPerson(
  row: StoredSubject['persons'][number],
  connection: ConsoleConnection,
): Promise<Person> {
  return {
    person: row.person,
    email: row.email,
    contactId: row.contact_id,
    dealId: row.deal_id,
    attributes: row.attributes as Person['attributes'],
    updatedAt: row.updated_at,
    fields: Object.entries(row.fields).map(([field, { value, at, by }]) => ({
      field,
      value: String(value),
      at: Math.round(at * 1000),
      by: by ?? null,
    })),
    links: { customerioPerson: await connection.personLink(row.person) },
  };
}

function shownField(row: StoredSubject['fieldHistory'][number]): Subject['fieldHistory'][number] {
  const { field, value } = row;
  return {
    at: row.done_at ?? row.created_at,
    dealId: row.deal_id,
    field,
    value,
    done: row.state === 'done',
    event: row.event_id,
  };
}

function shownWatch(watch: StoredSubject['watches'][number]): Subject['watches'][number] {
  const { id, start, unless, person, state } = watch;
  return {
    ...{ id, start, unless, person, state },
    dealId: watch.deal_id,
    startedAt: watch.started_at,
    firesAt: watch.fires_at,
    endedAt: watch.ended_at,
    stoppedBy: watch.stopped_by,
  };
}

function describedAction(action: StoredSubject['lastActions'][number]): AnswerInput['actions'][number] {
  const { payload, kind, lane, state, error, isRemoved: removed } = action;
  const failure = storedFailureClass(action.failure);
  const { todo } = adviceFor({ lane, failure, code: storedFailureCode(action.failure_code), removed });
  return { title: describeAction(payload, kind), state, error, todo: state === 'dead' ? todo : null };
}

/** Why the connection or one of its lanes does not work; null where all do. */
function laneTrouble(connection: ConsoleConnection): string | null {
  const state = connection.state();
  if (state?.state === 'waiting') return state.reason;
  const lanes = Object.values(state?.lanes ?? {});
  return lanes.find((lane) => lane.state !== 'open')?.reason ?? null;
}
