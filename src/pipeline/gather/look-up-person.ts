import type { AppClient } from '../../customerio/index.ts';
import type { Contact } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import { normalizeEmail } from '../../domain/person.ts';
import type { Connection } from '../connection.ts';
import { emailIn } from './report-names.ts';

/** The person and deals of a report. */
export interface PersonLookup {
  person: string | null;
  email: string | null;
  contactId: number | null;
  dealIds: number[];
  /** A sentence for people: why no deal was found. */
  reason: string | null;
}

/**
 * Looks up a person whom Stagepost has no record of: by the attribute `kommo_deal_id` at Customer.io, else by Kommo's
 * contact search.
 * @throws DeliveryError
 */
export async function lookUpPerson(connection: Connection, report: MailReport): Promise<PersonLookup> {
  return (await lookUpAtCustomerio(connection, report)) ?? (await searchKommo(connection, report));
}

/** Reads the person's `kommo_deal_id` at Customer.io, which an identify has set; null where there is none. */
async function lookUpAtCustomerio(connection: Connection, report: MailReport): Promise<PersonLookup | null> {
  const { app, rules } = connection;
  if (!app) return null;
  const attributes = await attributesOf(app, report);
  const dealId = Number(attributes?.kommo_deal_id);
  if (!Number.isSafeInteger(dealId) || dealId <= 0) return null;
  const ownEmail = emailIn(report);
  const person =
    rules.identifyBy === 'email'
      ? (ownEmail ?? normalizeEmail(String(attributes?.email ?? '')))
      : report.person.id;
  return person === null
    ? null
    : { person, email: ownEmail, contactId: null, dealIds: [dealId], reason: null };
}

/** Null where Customer.io refuses or does not answer: a wrong App API key must not prevent the search in Kommo. */
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

async function searchKommo(connection: Connection, report: MailReport): Promise<PersonLookup> {
  const email = emailIn(report);
  const nobody = { person: null, email, contactId: null, dealIds: [] };
  if (email === null)
    return { ...nobody, reason: 'The report has no email address, and Stagepost does not know this person.' };
  const contacts = await contactsWith(connection, email);
  if (typeof contacts === 'string') return { ...nobody, reason: contacts };
  const withDeals = contacts.filter((contact) => contact.dealIds.length > 0);
  const contact = withDeals[0] ?? contacts[0];
  if (!contact) return { ...nobody, reason: `No contact in Kommo has the email ${email}.` };
  const dealIds = withDeals.flatMap((candidate) => candidate.dealIds);
  const reason = dealIds.length > 0 ? null : `The contact ${contact.name || contact.id} has no deal.`;
  const person = connection.rules.identifyBy === 'email' ? email : String(contact.id);
  return { person, email, contactId: contact.id, dealIds, reason };
}

/** @returns the contacts with exactly this email, or Kommo's message where it refuses the search. */
async function contactsWith(connection: Connection, email: string): Promise<Contact[] | string> {
  try {
    return await connection.kommo.searchContacts(email);
  } catch (error) {
    if (error instanceof DeliveryError && error.failure === 'permanent') return error.message;
    throw error;
  }
}
