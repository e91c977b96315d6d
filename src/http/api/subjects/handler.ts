import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { namesSearched } from '../../../domain/address.ts';
import { answerSubject, when } from '../../../domain/answer/client-answer.ts';
import { eventEmails } from '../../../domain/answer/event-emails.ts';
import { clientName, foldOf } from '../../../domain/answer/stored-client.ts';
import { whyNoEmail } from '../../../domain/answer/why-no-email.ts';
import type { ClientFold } from '../../../domain/consent/fold.ts';
import { describeMailability, describeOrigin } from '../../../domain/describe-mailability.ts';
import type { Sentences } from '../../../languages/languages.ts';
import type { Db } from '../../../store/database/database.ts';
import { findTracedPeople } from '../../../store/people.ts';
import { answerAction, campaignFor, laneTrouble, planningTrouble } from '../connection-state.ts';
import { selectConnections } from '../find-connection.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Handlers } from '../routes.ts';
import { findMatches, queryFor } from '../search/find.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import { answerFor } from './answer.ts';
import type { EventEmail, Person, Subject } from './contract.ts';
import { dealIdIn } from './deal-id.ts';
import { personName, shownDeals, subjectName } from './deals.ts';
import { type StoredSubject, storedSubject } from './query.ts';
import { shownEmail } from './shown-email.ts';

const MAX_WATCHES = 50;

/** Everything that is stored about a deal or a person, and why nothing happened. */
export function subjectHandlers(services: ApiServices, pipelines: PipelineCache): Pick<Handlers, 'subjects'> {
  return {
    subjects: async ({ query: { q, connection: only } }, { scope, words }) => {
      const { db } = await services.database();
      const query = String(dealIdIn(q) ?? q);
      const all: Subject[] = [];
      for (const connection of selectConnections(services.connections, only, scope)) {
        all.push(await subjectIn(db, connection, pipelines, query, { now: services.now(), words }));
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
  typed: string,
  { now, words }: { now: number; words: Sentences },
): Promise<Subject> {
  const { name, dealUrl } = connection;
  const account = await pipelines.of(name);
  const { query, matches } = await resolveName(db, name, typed);
  const stored = await storedSubject(db, name, account.pipelines, query, words);
  const { persons, watches, timeline, more, actions } = stored;
  const { timezone } = account;
  const about = answerSubject(timeline);
  const person = persons.find((row) => row.person === about?.person) ?? persons[0];
  const states = new Map(persons.map((row) => [row, foldOf(row, stored.consent, now / 1000)]));
  const described = actions.map((action) => answerAction(action, words));
  const emails = shownEmails(stored, words);
  return {
    connection: name,
    name: subjectName(stored),
    deals: shownDeals(stored, states, account.pipelines, dealUrl),
    people: await Promise.all(
      persons.map(async (row) => ({
        ...(await shownPerson(row, connection)),
        name: personName(stored, row),
        mail: shownMailability(states.get(row)!, { now: now / 1000, timezone, words }),
      })),
    ),
    fieldHistory: stored.fieldHistory.map(shownField),
    watches: watches.slice(-MAX_WATCHES).reverse().map(shownWatch),
    timeline,
    more,
    emails,
    withoutEmail: timeline.flatMap((row) => {
      const why = emails.some(({ event }) => event === row.id)
        ? null
        : whyNoEmail(row, now / 1000, words.withoutEmail);
      return why === null ? [] : [{ event: row.id, text: why }];
    }),
    answer: answerFor({
      words,
      q: query,
      timeline,
      reports: stored.reports,
      namesEvents: stored.namesEvents,
      own: persons.flatMap((row) => row.names),
      client: person ? { name: clientName(person), mailability: states.get(person)! } : null,
      contactName: about?.client ?? null,
      hasCampaign: await campaignFor(connection, described),
      running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
      actions: described,
      lane: laneTrouble(connection),
      planning: planningTrouble(connection),
      matches,
      now,
      timezone,
    }),
  };
}

/** A name that one client or deal has leads to it. @returns how many match, where it is a name */
async function resolveName(
  db: Db,
  connection: string,
  typed: string,
): Promise<{ query: string; matches: number }> {
  if (/^\d+$/.test(typed) || typed.includes('@')) return { query: typed, matches: 0 };
  const people = await findTracedPeople(db, connection, { names: namesSearched(typed) });
  if (people.length > 0) return { query: typed, matches: 0 };
  const found = await findMatches(db, connection, typed);
  const [only] = found;
  return { query: only && found.length === 1 ? queryFor(only) : typed, matches: found.length };
}

function shownEmails({ timeline, reports, namesEvents }: StoredSubject, words: Sentences): EventEmail[] {
  const sending = timeline
    .filter(({ kind, rule }) => rule !== null && (kind === 'deal_moved' || kind === 'inactivity'))
    .map(({ id, occurredAt }) => ({ id, occurredAt: Math.floor(occurredAt / 1000) }));
  return eventEmails(sending, reports, namesEvents, words.steps).map((email) => shownEmail(email, words));
}

async function shownPerson(
  row: StoredSubject['persons'][number],
  connection: ConsoleConnection,
): Promise<Omit<Person, 'mail' | 'name'>> {
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

/** @param context `now` in unix seconds */
function shownMailability(
  client: ClientFold,
  context: { now: number; timezone: string; words: Sentences },
): Person['mail'] {
  const { state, since } = client;
  const { mailability, origins } = context.words;
  const reason = describeMailability(client, when(since, context), mailability);
  const origin = describeOrigin(client, origins);
  return { state, since: since === null ? null : since * 1000, reason, origin };
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
