import type { AppClient } from '../../customerio/index.ts';
import type { Contact } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import { normalizeEmail } from '../../domain/person.ts';
import type { KnownPerson } from '../../domain/plan/plan.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { parkedReasons } from '../../store/events/events.ts';
import { dealsOfPersons } from '../../store/people.ts';
import type { Connection } from '../connection.ts';
import type { PlanningState } from './planning-state.ts';

/** Where a report's person and deals were found. */
export interface PersonLookup {
  person: string | null;
  email: string | null;
  contactId: number | null;
  dealIds: number[];
  /** Why nobody was found. */
  reason: string | null;
}

/** The names by which a report's person may be known here: identifier and email. */
export function namesOf(report: MailReport): string[] {
  const email = report.person.email === null ? null : normalizeEmail(report.person.email);
  return [...new Set([report.person.id, email].filter((name) => name !== null))];
}

/** How long "nobody was found" is believed, in ms: a newsletter to strangers must not ask for each of its opens. */
const NOBODY_MS = 10 * 60_000;
/** Each lookup costs up to two calls; what is more than this waits for the next turn, behind stage changes. */
const LOOKUPS_A_TURN = 10;

export interface FoundPeople {
  /** By the report's id. */
  found: Map<string, PersonLookup>;
  /** Reports that were not looked up in this turn. */
  deferred: Set<string>;
  /** Reports whose lookup got no answer: nothing else waits for them. */
  unanswered: Set<string>;
}

/**
 * Finds the person and deals of each report: first what Stagepost knows, then the person's
 * `kommo_deal_id` at Customer.io (App API), then Kommo's contact search, whose fuzzy answers are
 * compared with the real email.
 *
 * @param mayAsk whether so many strangers may be looked up in this turn; a few of them are at most, so
 * that they never hold up a stage change for long.
 */
export async function findPeople(
  db: Db,
  connection: Connection,
  reports: MailReport[],
  facts: PlanningState,
  now: Millis,
  mayAsk: (strangers: number) => boolean,
): Promise<FoundPeople> {
  const { found, strangers } = await findKnown(db, connection, reports, facts, now);
  const deferred = new Set<string>();
  const unanswered = new Set<string>();
  const asked = new Map<string, PersonLookup | null>();
  const limit = mayAsk(strangers.length) ? LOOKUPS_A_TURN : 0;
  for (const report of strangers) {
    const who = namesOf(report).join(' ');
    if (!asked.has(who) && asked.size < limit) asked.set(who, await lookUpOrNull(connection, report));
    const answer = asked.get(who);
    if (answer) found.set(report.reportId, answer);
    else if (answer === null) unanswered.add(report.reportId);
    else deferred.add(report.reportId);
  }
  return { found, deferred, unanswered };
}

/** @returns null where this one lookup failed in passing (a search that is too slow): others may well work. */
async function lookUpOrNull(connection: Connection, report: MailReport): Promise<PersonLookup | null> {
  try {
    return await lookUp(connection, report);
  } catch (error) {
    if (error instanceof DeliveryError && error.failure === 'retryable') return null;
    throw error;
  }
}

/** Those of whom Stagepost knows something, and the others. */
async function findKnown(
  db: Db,
  connection: Connection,
  reports: MailReport[],
  facts: PlanningState,
  now: Millis,
) {
  const names = [...new Set(reports.flatMap(namesOf))];
  const persons = reports
    .map((report) => personOf(report, facts)?.person)
    .filter((name) => name !== undefined);
  const deals = await dealsOfPersons(db, connection.name, [...new Set(persons)]);
  const nobody = await parkedReasons(db, connection.name, names, now - NOBODY_MS);
  const found = new Map<string, PersonLookup>();
  const strangers: MailReport[] = [];
  for (const report of reports) {
    const known = personOf(report, facts);
    const dealIds = known ? (deals.get(known.person) ?? []) : [];
    const reason = namesOf(report)
      .map((name) => nobody.get(name))
      .find((words) => words !== undefined);
    if (known && dealIds.length > 0) {
      const { person, email, contactId } = known;
      found.set(report.reportId, { person, email, contactId, dealIds, reason: null });
    } else if (reason !== undefined) {
      found.set(report.reportId, { person: null, email: null, contactId: null, dealIds: [], reason });
    } else strangers.push(report);
  }
  return { found, strangers };
}

/** Somebody whom Stagepost knows by one of the report's names: by the identifier first, else by the email. */
export function personOf(report: MailReport, facts: PlanningState): KnownPerson | undefined {
  const names = namesOf(report);
  const persons = [...facts.persons.values()];
  return (
    names.map((name) => facts.persons.get(name)).find((known) => known !== undefined) ??
    persons.find(({ email }) => email !== null && names.includes(email))
  );
}

async function lookUp(connection: Connection, report: MailReport): Promise<PersonLookup> {
  return (await askCustomerio(connection, report)) ?? (await searchKommo(connection, report));
}

/** The person's own `kommo_deal_id`, as an identify of ours (or of somebody else) has set it. */
async function askCustomerio(connection: Connection, report: MailReport): Promise<PersonLookup | null> {
  const { app, rules } = connection;
  if (!app) return null;
  const { email, id } = report.person;
  const attributes = await attributesOf(app, report);
  const dealId = Number(attributes?.kommo_deal_id);
  if (!Number.isSafeInteger(dealId) || dealId <= 0) return null;
  const known = email === null ? null : normalizeEmail(email);
  const person =
    rules.identifyBy === 'email' ? (known ?? normalizeEmail(String(attributes?.email ?? ''))) : id;
  return person === null ? null : { person, email: known, contactId: null, dealIds: [dealId], reason: null };
}

/**
 * The App API is a help, not a need: where it refuses or does not answer, Kommo's search goes on, so
 * that a wrong App key never holds up a campaign.
 */
async function attributesOf(app: AppClient, report: MailReport): Promise<Record<string, unknown> | null> {
  const { id, email, cioId } = report.person;
  try {
    if (id !== null) return await app.attributes('id', id);
    if (email !== null) return await app.attributes('email', email);
    return cioId === null ? null : await app.attributes('cio_id', cioId);
  } catch (error) {
    if (error instanceof DeliveryError) return null;
    throw error;
  }
}

/** @returns the contacts, or Kommo's words where it refuses to look for this one. */
async function search(connection: Connection, email: string): Promise<Contact[] | string> {
  try {
    return await connection.kommo.searchContacts(email);
  } catch (error) {
    if (error instanceof DeliveryError && error.failure === 'permanent') return error.message;
    throw error;
  }
}

async function searchKommo(connection: Connection, report: MailReport): Promise<PersonLookup> {
  const email = report.person.email === null ? null : normalizeEmail(report.person.email);
  const nobody = { person: null, email, contactId: null, dealIds: [] };
  if (email === null)
    return { ...nobody, reason: 'The report names no email, and Stagepost has not sent this person.' };
  const contacts = await search(connection, email);
  if (typeof contacts === 'string') return { ...nobody, reason: contacts };
  const withDeals = contacts.filter((contact) => contact.dealIds.length > 0);
  const contact = withDeals[0] ?? contacts[0];
  if (!contact) return { ...nobody, reason: `No contact in Kommo has the email ${email}.` };
  const dealIds = withDeals.flatMap((candidate) => candidate.dealIds);
  const reason = dealIds.length > 0 ? null : `The contact ${contact.name || contact.id} has no deal.`;
  const person = connection.rules.identifyBy === 'email' ? email : String(contact.id);
  return { person, email, contactId: contact.id, dealIds, reason };
}
