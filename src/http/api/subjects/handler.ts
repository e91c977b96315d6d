import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { answerSubject, when } from '../../../domain/answer/client-answer.ts';
import { clientName, mailabilityOf } from '../../../domain/answer/stored-client.ts';
import { describeMailability } from '../../../domain/describe-mailability.ts';
import type { Mailability } from '../../../domain/mailability.ts';
import type { Db } from '../../../store/database/database.ts';
import { answerAction, campaignFor, laneTrouble, planningTrouble } from '../connection-state.ts';
import { dealUrl, selectConnections } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import { answerFor } from './answer.ts';
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
        all.push(await subjectIn(db, connection, pipelines, query, services));
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
  services: Pick<ApiServices, 'now'>,
): Promise<Subject> {
  const { name, kommoUrl } = connection;
  const stored = await storedSubject(db, name, (await pipelines.of(name)).pipelines, query);
  const { deals, persons, watches, timeline, more, actions } = stored;
  const now = services.now();
  const timezone = (await pipelines.of(name)).timezone;
  const about = answerSubject(timeline);
  const person = persons.find((row) => row.person === about?.person) ?? persons[0];
  const states = new Map(persons.map((row) => [row, mailabilityOf(row, stored.mailFacts, now / 1000)]));
  const described = actions.map(answerAction);
  return {
    connection: name,
    deals: deals.map((id) => ({ id, link: dealUrl(kommoUrl, id) })),
    people: await Promise.all(
      persons.map(async (row) => ({
        ...(await shownPerson(row, connection)),
        mail: shownMailability(states.get(row)!, now / 1000, timezone),
      })),
    ),
    fieldHistory: stored.fieldHistory.map(shownField),
    watches: watches.slice(-MAX_WATCHES).reverse().map(shownWatch),
    timeline,
    more,
    answer: answerFor({
      q: query,
      timeline,
      reports: stored.reports,
      client: person ? { name: clientName(person), mailability: states.get(person)! } : null,
      hasCampaign: await campaignFor(connection, described),
      running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
      actions: described,
      lane: laneTrouble(connection),
      planning: planningTrouble(connection),
      now,
      timezone,
    }),
  };
}

async function shownPerson(
  row: StoredSubject['persons'][number],
  connection: ConsoleConnection,
): Promise<Omit<Person, 'mail'>> {
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

/** @param now unix seconds */
function shownMailability(mail: Mailability, now: number, timezone: string): Person['mail'] {
  const { state, since } = mail;
  const reason = describeMailability(mail, when(since, { now, timezone }));
  return { state, since: since === null ? null : since * 1000, reason };
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
