import type { AppClient } from '../../customerio/index.ts';
import { addressIn } from '../../domain/address.ts';
import type { Contact } from '../../domain/entities.ts';
import { asRetryable, DeliveryError, mayAnswerLater } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { ContactSearch } from '../../kommo/index.ts';
import { en } from '../../languages/en.ts';
import type { Connection } from '../connection.ts';
import { readHarmlessly } from '../harmless-reads.ts';
import { emailIn, statedNames } from './report-names.ts';

/** The person and deals of a report. */
export interface PersonLookup {
  /** The key of the person's record; null where there is none yet. */
  key: string | null;
  person: string | null;
  email: string | null;
  contactId: number | null;
  dealIds: number[];
  /** The deal whose stage change started the email, where that is certain; one of `dealIds`. */
  ownDealId?: number;
  /** Whether only Customer.io names the deal (`kommo_deal_id`): it is believed if the person turns out to be on it. */
  isNamedDeal?: boolean;
  /** The person's only deal, where the directory has it from a list that nothing reported since contradicts. */
  listedDealId?: number;
  /** `listedDealId`, where the report needs nothing of the deal: see `isNoteAlone`. It is not read for this report. */
  unreadDealId?: number;
  /** Whether the report is about a test person: an editor, not a client. */
  isTest?: boolean;
  /** A sentence for people: why no deal was found. */
  reason: string | null;
}

/** The reason where Kommo's search has more results than are read. */
export const TOO_MANY_FOUND = "Kommo's search found too many contacts to look through.";

/**
 * Looks up a person whom Stagepost has no record of: by the attribute `kommo_deal_id` at Customer.io, else by Kommo's
 * contact search. A report that names its person by `cio_id` only is searched for by the address that Customer.io has.
 * @param maySearch false where the search has lately returned too many contacts.
 * @param isDoubted whether `kommo_deal_id` has turned out to name a deal that the person is not on.
 * @param mayWait whether the report can wait for Customer.io where it does not answer now and Kommo knows nobody.
 * @throws DeliveryError
 */
export async function lookUpPerson(
  { app, rules, kommo }: Connection,
  report: MailReport,
  { maySearch, isDoubted, mayWait }: { maySearch: boolean; isDoubted: boolean; mayWait: boolean },
): Promise<PersonLookup> {
  const isRead = app !== null && !(isDoubted && emailIn(report) !== null);
  const { attributes, unanswered } = isRead ? await attributesOf(app, report) : NOTHING_READ;
  const named = isDoubted ? null : lookupOfAttributes(report, rules, attributes);
  if (named) return named;
  const searched = await searchKommo({ kommo, rules }, addressAt(report, attributes), maySearch);
  if (unanswered && mayWait && searched.dealIds.length === 0) throw unanswered;
  return searched;
}

/** The address of the report, else the one that Customer.io has of the person. */
function addressAt(report: MailReport, attributes: Record<string, unknown> | null): string | null {
  return emailIn(report) ?? addressIn(String(attributes?.email ?? ''));
}

/** The deal that the attributes of a report's person name; null where they name none. */
export function lookupOfAttributes(
  report: MailReport,
  rules: Pick<Rules, 'identifyBy'>,
  attributes: Record<string, unknown> | null,
): PersonLookup | null {
  const dealId = Number(attributes?.kommo_deal_id);
  if (!Number.isSafeInteger(dealId) || dealId <= 0) return null;
  const email = statedNames(report).email ?? addressIn(String(attributes?.email ?? ''));
  const person = rules.identifyBy === 'email' ? email : report.person.id;
  return person === null
    ? null
    : { key: null, person, email, contactId: null, dealIds: [dealId], isNamedDeal: true, reason: null };
}

interface AttributesRead {
  attributes: Record<string, unknown> | null;
  /** The failure after which Customer.io may answer later. */
  unanswered: DeliveryError | null;
}

const NOTHING_READ: AttributesRead = { attributes: null, unanswered: null };

/** Nothing where Customer.io refuses or does not answer: a wrong App API key must not prevent the search in Kommo. */
async function attributesOf(app: AppClient, { person }: MailReport): Promise<AttributesRead> {
  try {
    return { ...NOTHING_READ, attributes: await readAttributes(app, person) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (!mayAnswerLater(error)) return NOTHING_READ;
    return { ...NOTHING_READ, unanswered: asRetryable(error) };
  }
}

async function readAttributes(
  app: AppClient,
  { id, email, cioId, emailIsRecipient }: MailReport['person'],
): Promise<Record<string, unknown> | null> {
  if (id !== null) return app.attributes('id', id);
  if (cioId !== null && emailIsRecipient) return app.attributes('cio_id', cioId);
  if (email !== null) return app.attributes('email', email);
  return cioId === null ? null : app.attributes('cio_id', cioId);
}

async function searchKommo(
  { kommo, rules }: Pick<Connection, 'kommo' | 'rules'>,
  email: string | null,
  maySearch: boolean,
): Promise<PersonLookup> {
  const nobody = { key: null, person: null, email, contactId: null, dealIds: [] };
  if (email === null) return { ...nobody, reason: en.reasons.noAddressInReport };
  if (!maySearch) return { ...nobody, reason: TOO_MANY_FOUND };
  const found = await contactsWith(kommo, email);
  if (typeof found === 'string') return { ...nobody, reason: found };
  if (found.contacts.length === 0 && !found.isComplete) return { ...nobody, reason: TOO_MANY_FOUND };
  return lookupOfContacts(email, rules, found.contacts);
}

/** The person and deals of an email, given the contacts that have it. */
export function lookupOfContacts(
  email: string,
  rules: Pick<Rules, 'identifyBy' | 'profiles'>,
  contacts: Pick<Contact, 'id' | 'name' | 'dealIds'>[],
): PersonLookup {
  const withDeals = contacts.filter(({ dealIds }) => dealIds.length > 0);
  const contact = withDeals[0] ?? contacts[0];
  if (!contact) {
    const reason = en.reasons.noContactWithEmail(email);
    return { key: null, person: null, email, contactId: null, dealIds: [], reason };
  }
  const dealIds = withDeals.flatMap((candidate) => candidate.dealIds);
  const reason = dealIds.length > 0 ? null : en.reasons.noDealOfContact(contact.name || String(contact.id));
  const person = rules.identifyBy === 'email' ? email : `${rules.profiles.idPrefix}${contact.id}`;
  return { key: null, person, email, contactId: contact.id, dealIds, reason };
}

/** @returns the contacts with exactly this email, or Kommo's message where it refuses the search. */
async function contactsWith(kommo: Connection['kommo'], email: string): Promise<ContactSearch | string> {
  try {
    return await kommo.searchContacts(email);
  } catch (error) {
    if (!(error instanceof DeliveryError && error.failure === 'permanent')) throw error;
    // An account in trouble refuses every call like that, and the report must wait for it.
    await readHarmlessly(kommo);
    return error.message;
  }
}
