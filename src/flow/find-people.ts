import type { Selectable } from 'kysely';
import type { AppClient } from '../customerio/index.ts';
import type { MailReport } from '../rules/events.ts';
import { DeliveryError } from '../rules/failures.ts';
import { normalizeEmail } from '../rules/person.ts';
import type { Db } from '../store/database.ts';
import { dealsOfPersons, personsNamed } from '../store/queries/persons.ts';
import type { PersonRow } from '../store/schema.ts';
import type { Connection } from './connection.ts';

/** Where a report's person and deals were found. */
export interface Found {
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

/**
 * Finds the person and deals of each report: first what Stagepost knows, then the person's
 * `kommo_deal_id` at Customer.io (App API), then Kommo's contact search, whose fuzzy answers are
 * compared with the real email.
 */
export async function findPeople(
  db: Db,
  connection: Connection,
  reports: MailReport[],
): Promise<Map<string, Found>> {
  const names = [...new Set(reports.flatMap(namesOf))];
  const persons = await personsNamed(db, connection.name, names);
  const deals = await dealsOfPersons(
    db,
    connection.name,
    persons.map((row) => row.person),
  );
  const asked = new Map<string, Promise<Found>>();
  const found = new Map<string, Found>();
  for (const report of reports) {
    const row = knownPerson(report, persons);
    const dealIds = row ? (deals.get(row.person) ?? []) : [];
    if (row && dealIds.length > 0) {
      const { person, email, contact_id: contactId } = row;
      found.set(report.reportId, { person, email, contactId, dealIds, reason: null });
      continue;
    }
    const who = namesOf(report).join(' ');
    if (!asked.has(who)) asked.set(who, lookUp(connection, report));
    found.set(report.reportId, await asked.get(who)!);
  }
  return found;
}

function knownPerson(
  report: MailReport,
  persons: Selectable<PersonRow>[],
): Selectable<PersonRow> | undefined {
  const names = namesOf(report);
  return (
    persons.find((row) => names.includes(row.person)) ??
    persons.find((row) => row.email !== null && names.includes(row.email))
  );
}

async function lookUp(connection: Connection, report: MailReport): Promise<Found> {
  return (await askCustomerio(connection, report)) ?? (await searchKommo(connection, report));
}

/** The person's own `kommo_deal_id`, as an identify of ours (or of somebody else) has set it. */
async function askCustomerio(connection: Connection, report: MailReport): Promise<Found | null> {
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

async function searchKommo(connection: Connection, report: MailReport): Promise<Found> {
  const email = report.person.email === null ? null : normalizeEmail(report.person.email);
  const nobody = { person: null, email, contactId: null, dealIds: [] };
  if (email === null)
    return { ...nobody, reason: 'The report names no email, and Stagepost has not sent this person.' };
  const contacts = await connection.kommo.searchContacts(email);
  const withDeals = contacts.filter((contact) => contact.dealIds.length > 0);
  const contact = withDeals[0] ?? contacts[0];
  if (!contact) return { ...nobody, reason: `No contact in Kommo has the email ${email}.` };
  const dealIds = withDeals.flatMap((candidate) => candidate.dealIds);
  const reason = dealIds.length > 0 ? null : `The contact ${contact.name || contact.id} has no deal.`;
  const person = connection.rules.identifyBy === 'email' ? email : String(contact.id);
  return { person, email, contactId: contact.id, dealIds, reason };
}
