import { addressesOf } from '../../domain/address.ts';
import { addEntry } from '../../domain/consent/ledger.ts';
import { triggerEventId } from '../../domain/email-trigger.ts';
import type { Contact, UnixSeconds } from '../../domain/entities.ts';
import type { MailReport, StagepostEvent } from '../../domain/events.ts';
import { holds, withName, withoutNames } from '../../domain/people/names.ts';
import { observeDeal } from '../../domain/people/observe.ts';
import {
  applyChanges,
  createPeople,
  type People,
  personWith,
  putPerson,
} from '../../domain/people/people.ts';
import type { KnownPerson, PersonName } from '../../domain/people/person-types.ts';
import type { DealContext, Effect, RunningWatch } from '../../domain/plan/plan-types.ts';
import type { SentEvent as SentBefore } from '../../domain/plan/sent-before.ts';
import { otherRecipients } from '../../domain/report-recipient.ts';
import { inactivityRuleFor, reactionFor } from '../../domain/rules/find-rule.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { stopReports } from '../../domain/rules/stop-reports.ts';
import { type SentEvent, sentEvents } from '../../store/actions/sent-events.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { firstReportsOf } from '../../store/events/first-reports.ts';
import { findPeopleRecords } from '../../store/people.ts';
import { reportsSince, runningWatches } from '../../store/watches.ts';
import { type ConsentState, loadConsentOfReports, showOnDeal } from './load-consent.ts';
import { namesIn } from './report-names.ts';

/**
 * Stagepost's records about the people of a batch of events. Loaded once for the batch; the effects of each plan are
 * applied to it, so that the next event of the batch is planned on the state after the event before it.
 */
export interface PlanningState {
  people: People;
  /** The people as they are stored, by key: what differs is saved with the plans. */
  stored: Map<string, KnownPerson>;
  /** By the person's key. */
  watches: Map<string, RunningWatch[]>;
  /** Messages that have had their first report of a name; see `firstReportKey`. */
  firstReports: Set<string>;
  /** The ids of watches that ran out although the report that stops them had come in time. */
  recentActivity: Set<number>;
  consent: ConsentState;
  /** The events that started the campaigns of reported emails, by `triggerEventId`. */
  triggers: ReadonlyMap<string, SentEvent>;
  /** What rules with `once` must not repeat; see `loadSentEvents`. */
  sent: SentBefore[];
}

export function firstReportKey(reportName: string, deliveryId: string | null): string {
  return `${reportName} ${deliveryId}`;
}

/** @param before only first reports of events with a smaller id are loaded; default: all. */
export async function loadPlanningState(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
  before = Number.MAX_SAFE_INTEGER,
): Promise<PlanningState> {
  const deliveryIds = events.flatMap((event) =>
    event.kind === 'mail_report' && event.deliveryId ? [event.deliveryId] : [],
  );
  const triggers = await loadTriggers(db, connection, events);
  const addressed = [...triggers.values()].flatMap(({ person }) => (person === null ? [] : [person]));
  const stored = await findPeopleRecords(db, connection, {
    keys: unique(events.flatMap((event) => (event.kind === 'inactivity' ? [event.person] : []))),
    names: unique([
      ...events.flatMap((event) => (event.kind === 'mail_report' ? allNames(event) : [])),
      ...addressed,
      ...events.flatMap((event) =>
        event.kind === 'contact_changed' ? (event.formerAddresses ?? []).flatMap(addressesOf) : [],
      ),
    ]),
    contactIds: unique(events.flatMap(contactsIn)),
    dealIds: unique(events.flatMap((event) => ('dealId' in event ? [event.dealId] : []))),
  });
  const reports = await firstReportsOf(db, connection, [...new Set(deliveryIds)], before);
  return {
    people: createPeople(stored),
    stored: new Map(stored.map((person) => [person.key, person])),
    watches: await watchesByPerson(
      db,
      connection,
      stored.map(({ key }) => key),
    ),
    firstReports: new Set(reports.map(({ name, delivery_id }) => firstReportKey(name, delivery_id))),
    recentActivity: await recentActivity(db, connection, events, rules),
    consent: await loadConsentOfReports(db, connection, events, rules),
    triggers,
    sent: [],
  };
}

/**
 * Adds the people of these deals to the state, by their contacts, addresses and links: a person can be recorded from
 * another deal, and the attributes sent for that deal decide which values must be cleared.
 */
export async function loadPeopleOfDeals(
  db: Db,
  connection: string,
  deals: ReadonlyMap<number, DealContext>,
  state: PlanningState,
): Promise<void> {
  const contexts = [...deals.values()];
  const found = await findPeopleRecords(db, connection, {
    names: unique(
      contexts.flatMap(({ contacts }) => contacts.flatMap(({ emails }) => emails.flatMap(addressesOf))),
    ),
    contactIds: unique(contexts.flatMap(({ deal }) => deal?.contactIds ?? [])),
    dealIds: [...deals.keys()],
  });
  addPeople(state, found);
}

/** Adds the people who have or had a contact, an address or a deal of these contacts: one of them may be the same person. */
export async function loadPeopleOfSurvivors(
  db: Db,
  connection: string,
  contacts: Contact[],
  state: PlanningState,
): Promise<void> {
  if (contacts.length === 0) return;
  const found = await findPeopleRecords(db, connection, {
    names: unique(contacts.flatMap(({ emails }) => emails.flatMap(addressesOf))),
    contactIds: contacts.map(({ id }) => id),
    dealIds: unique(contacts.flatMap(({ dealIds }) => dealIds)),
  });
  addPeople(state, found);
}

/** Adds the people of contacts that were found for reports: a contact can have another address than when it was recorded. */
export async function loadPeopleOfContacts(
  db: Db,
  connection: string,
  contactIds: number[],
  state: PlanningState,
): Promise<void> {
  if (contactIds.length === 0) return;
  addPeople(
    state,
    await findPeopleRecords(db, connection, { names: [], contactIds: unique(contactIds), dealIds: [] }),
  );
}

function addPeople(state: PlanningState, found: KnownPerson[]): void {
  for (const person of found) {
    // A person of the state may have changed since it was read.
    if (state.stored.has(person.key)) continue;
    state.stored.set(person.key, person);
    putPerson(state.people, person);
  }
}

/**
 * Applies an effect of a plan. Effects that only concern the database (starting a watch) are skipped.
 * @param now unix time, ms
 */
export function applyEffect(state: PlanningState, effect: Effect, now: Millis): void {
  switch (effect.kind) {
    case 'identified':
      putPerson(state.people, identified(effect, personWith(state.people, effect.key), now));
      break;
    case 'linked': {
      const person = personWith(state.people, effect.key);
      if (person) putPerson(state.people, withLink(person, effect.dealId, person.contactId, now));
      break;
    }
    case 'deal_deleted':
      applyChanges(state.people, observeDeal(state.people, effect.dealId, null, now));
      break;
    case 'field_set': {
      const person = personWith(state.people, effect.key);
      if (person)
        putPerson(state.people, { ...person, fields: { ...person.fields, [effect.field]: effect.state } });
      break;
    }
    case 'consent_recorded':
      for (const entry of effect.entries) addEntry(state.consent.ledger, entry);
      break;
    case 'deal_shows':
      showOnDeal(state.consent, effect, Math.floor(now / 1000));
      break;
    case 'contact_marked':
      state.consent.marks.set(effect.contactId, effect.isMarked);
      break;
    case 'first_report':
      state.firstReports.add(firstReportKey(effect.name, effect.deliveryId));
      break;
    case 'event_sent':
      state.sent.push(effect);
      break;
    case 'stop_watches':
      for (const [person, running] of state.watches) {
        state.watches.set(
          person,
          running.filter((watch) => !effect.watchIds.includes(watch.id)),
        );
      }
      break;
    default:
  }
}

function identified(
  effect: Extract<Effect, { kind: 'identified' }>,
  before: KnownPerson | undefined,
  now: Millis,
): KnownPerson {
  const { key, person: identifier, email, contactId, dealId, attributes } = effect;
  const isOther = (name: PersonName) => name.source === 'identify' && name.value !== identifier;
  const own = { kind: 'identifier', value: identifier, source: 'identify' } as const;
  const names = withName(withoutNames(before?.names ?? [], isOther, now), own, now);
  const person = { key, formerKeys: before?.formerKeys ?? [], fields: before?.fields ?? {}, names };
  const record = { ...person, identifier, email, contactId, dealId, attributes, links: before?.links ?? [] };
  return withLink(record, dealId, contactId, now);
}

/** The person with a link to the deal that holds. */
function withLink(person: KnownPerson, dealId: number, contactId: number | null, now: Millis): KnownPerson {
  const before = person.links.find((link) => link.dealId === dealId);
  if (before && holds(before)) return person;
  const link = { dealId, role: before?.role ?? 'main', contactId, since: before?.since ?? now, until: null };
  return { ...person, links: [...person.links.filter((other) => other !== before), link] };
}

/** One statement for the batch; none where no report names an event. */
async function loadTriggers(
  db: Db,
  connection: string,
  events: StagepostEvent[],
): Promise<Map<string, SentEvent>> {
  const ids = events.map((event) => (event.kind === 'mail_report' ? triggerEventId(event) : null));
  const sent = await sentEvents(db, connection, unique(ids.filter((id) => id !== null)));
  return new Map(sent.map((event) => [event.ulid, event]));
}

/** The event of ours that started the campaign of a report's email; undefined where that is not certain. */
export function triggerOf(
  report: MailReport,
  { triggers }: Pick<PlanningState, 'triggers'>,
): SentEvent | undefined {
  const id = triggerEventId(report);
  return id === null ? undefined : triggers.get(id);
}

function contactsIn(event: StagepostEvent): number[] {
  if ('contactId' in event) return [event.contactId];
  return event.kind === 'deal_changed' && event.linkedContact !== undefined ? [event.linkedContact] : [];
}

/** Everything in a report by which its person may be recorded. */
function allNames(report: MailReport): string[] {
  const { cioId } = report.person;
  return cioId === null ? namesIn(report) : [...namesIn(report), cioId];
}

function unique<Value>(values: Value[]): Value[] {
  return [...new Set(values)];
}

async function watchesByPerson(
  db: Db,
  connection: string,
  persons: string[],
): Promise<Map<string, RunningWatch[]>> {
  const watches = new Map<string, RunningWatch[]>();
  for (const row of await runningWatches(db, connection, persons)) {
    const { id, start, unless, deal_id: dealId } = row;
    const times = { startedAt: inSeconds(row.started_at), firesAt: inSeconds(row.fires_at) };
    const ofPerson = watches.get(row.person) ?? [];
    watches.set(row.person, [...ofPerson, { id, start, unless, dealId, ...times }]);
  }
  return watches;
}

function inSeconds(ms: Millis): UnixSeconds {
  return Math.floor(ms / 1000);
}

/**
 * Checks the watches that have just run out against the stored reports: a report can be stored in time but planned late,
 * while Kommo could not be read.
 */
async function recentActivity(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
): Promise<Set<number>> {
  const watchIds = new Set<number>();
  for (const event of events) {
    if (event.kind !== 'inactivity') continue;
    const rule = inactivityRuleFor(event.start, rules);
    if (!rule) continue;
    const reports = await reportsSince(db, connection, event.watchId, stopReports(rule.unless));
    // The contents of a report are removed after the retention time.
    const isSignOfLife = ({ report, name, own }: (typeof reports)[number]) =>
      (!report.machine || reactionFor(name, rules)?.machineOpens === 'count') &&
      otherRecipients({ ...report, name }, own) === null;
    if (reports.some(isSignOfLife)) watchIds.add(event.watchId);
  }
  return watchIds;
}
