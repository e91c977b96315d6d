import { setImmediate as breathe } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import { describeAction } from '../../../domain/actions.ts';
import type { FailureClass } from '../../../domain/errors.ts';
import { adviceFor } from '../../../failures/advice.ts';
import type { Db } from '../../../store/database/database.ts';
import type { PersonRow } from '../../../store/database/schema.ts';
import { eventPage, listEvents, type QueryStrategy, START } from '../../../store/events/activity.ts';
import { actionsOfEvent, fieldHistory } from '../../../store/events/event-trace.ts';
import { subjects as subjectsOf, watchesOf } from '../../../store/events/trace.ts';
import { answerFor, newestThatMatters } from '../activity/answer.ts';
import type { KnownPipelines } from '../activity/pipelines.ts';
import { rowOf } from '../activity/rows.ts';
import type { ActivityRow, Person, Subject } from '../contract.ts';
import { dealLink } from '../event/handler.ts';
import type { Handlers } from '../routes.ts';
import type { ConsoleConnection, ConsoleOptions } from '../services.ts';

const TIMELINE = 100;
const FIELD_HISTORY = 50;
/** Of a person with very many deals the latest are shown. */
const MOST_DEALS = 50;
const MOST_PEOPLE = 20;

/** All that is known of a deal or a person. */
export function subjectHandlers(
  options: ConsoleOptions,
  pipelines: KnownPipelines,
): Pick<Handlers, 'subjects'> {
  return {
    subjects: async ({ query: { q, connection: only } }) => {
      const { db } = await options.database();
      const asked = /leads\/detail\/(\d{1,15})/.exec(q)?.[1] ?? q;
      const found: Subject[] = [];
      for (const connection of options.connections) {
        if (only !== undefined && connection.name !== only) continue;
        found.push(await subjectIn(db, connection, pipelines, asked));
        await breathe();
      }
      const known = found.filter(({ people, timeline }) => people.length + timeline.length > 0);
      return { q, subjects: known.length > 0 ? known : found };
    },
  };
}

async function subjectIn(
  db: Db,
  connection: ConsoleConnection,
  pipelines: KnownPipelines,
  q: string,
): Promise<Subject> {
  const { name } = connection;
  const found = await subjectsOf(db, name, q);
  const deals = found.deals.sort((a, b) => b - a).slice(0, MOST_DEALS);
  const persons = found.persons.slice(0, MOST_PEOPLE);
  const { rows: timeline, more } = await timelineOf(db, connection, pipelines, q, deals, persons);
  const watches = await watchesOf(
    db,
    name,
    deals,
    persons.map(({ person }) => person),
  );
  const history = await fieldHistory(db, name, deals, FIELD_HISTORY);
  return {
    connection: name,
    deals: deals.map((id) => ({ id, link: dealLink(connection.kommoUrl, id) })),
    people: await Promise.all(persons.map((row) => personOf(row, connection))),
    fieldHistory: history.map(({ event_id, deal_id, field, value, state, created_at, done_at }) => ({
      at: done_at ?? created_at,
      dealId: deal_id,
      field,
      value,
      done: state === 'done',
      event: event_id,
    })),
    watches: watches
      .slice(-50)
      .reverse()
      .map((watch) => ({
        id: watch.id,
        start: watch.start,
        unless: watch.unless,
        person: watch.person,
        dealId: watch.deal_id,
        startedAt: watch.started_at,
        firesAt: watch.fires_at,
        state: watch.state,
        endedAt: watch.ended_at,
        stoppedBy: watch.stopped_by,
      })),
    timeline,
    more,
    answer: answerFor({
      q,
      isDeal: /^\d+$/.test(q),
      timeline,
      running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
      actions: await actionWords(db, newestThatMatters(timeline)),
      lane: laneTrouble(connection),
    }),
  };
}

async function timelineOf(
  db: Db,
  { name }: ConsoleConnection,
  pipelines: KnownPipelines,
  q: string,
  deals: number[],
  persons: Selectable<PersonRow>[],
): Promise<{ rows: ActivityRow[]; more: boolean }> {
  const names = new Set(
    persons.flatMap(({ person, email }) => (email === null ? [person] : [person, email])),
  );
  // Reports about somebody who is not known yet.
  if (q.includes('@')) names.add(q.toLowerCase());
  const ids = new Set<number>();
  const byPerson: QueryStrategy = { by: 'person', persons: [...names] };
  for (const event of await eventPage(db, [name], byPerson, START, TIMELINE + 1)) ids.add(event.id);
  for (const deal of deals) {
    for (const event of await eventPage(db, [name], { by: 'deal', deal }, START, TIMELINE + 1))
      ids.add(event.id);
  }
  const newest = [...ids].sort((a, b) => b - a).slice(0, TIMELINE);
  const stored = await pipelines.of(name);
  const rows = (await listEvents(db, newest)).map((event) => rowOf(event, stored.pipelines));
  return { rows, more: ids.size > TIMELINE };
}

async function personOf(row: Selectable<PersonRow>, connection: ConsoleConnection): Promise<Person> {
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

async function actionWords(db: Db, row: ActivityRow | null) {
  if (row === null) return [];
  return (await actionsOfEvent(db, row.id)).map(({ payload, kind, lane, state, error, failure }) => {
    const removed = payload === null;
    const advice = adviceFor({ lane, kind, failure: failure as FailureClass | null, words: error, removed });
    return {
      title: describeAction(payload, kind),
      state,
      error,
      todo: state === 'dead' ? advice.todo : null,
    };
  });
}

function laneTrouble(connection: ConsoleConnection): string | null {
  const state = connection.state();
  if (state?.state === 'waiting') return state.reason;
  const lanes = Object.values(state?.lanes ?? {});
  return lanes.find((lane) => lane.state !== 'open')?.reason ?? null;
}
