import { directoryAnswer, type RecordedContact } from '../../domain/directory/answer.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { contactsByAddress } from '../../store/directory/entries.ts';
import { dealsReportedSince, type ListedDeal } from '../../store/directory/listed-deals.ts';
import type { DirectoryProgress } from '../../store/directory/progress.ts';
import type { Connection } from '../connection.ts';
import type { DirectoryRequests } from '../directory/directory-reader.ts';
import { readAgain } from '../directory/read-contacts.ts';
import { lookupOfContacts, type PersonLookup } from './look-up-person.ts';
import { emailIn } from './report-names.ts';

/** The most contacts that a batch reads again, and the most deals that it reads for people found in the directory: two calls. */
const MAX_READ_AGAIN = 500;
const MAX_DEALS = 500;

export interface AskDirectoryOptions {
  db: Db;
  connection: Connection;
  now: Millis;
  arrivedAt(report: MailReport): Millis;
  directory: DirectoryRequests | null;
}

export interface DirectoryFindings {
  /** By report id. */
  found: Map<string, PersonLookup>;
  /** The reports whose person has no contact with a deal. */
  nobody: Map<MailReport, PersonLookup>;
  /** The reports about which the directory cannot say anything. */
  undecided: MailReport[];
  /** The reports that exceed what one batch may read. */
  deferred: MailReport[];
}

/**
 * Asks the directory for the contacts of reports. Contacts that may have changed since they were read are read again first.
 * @throws DeliveryError, LeaseLost
 */
export async function askDirectory(
  options: AskDirectoryOptions,
  progress: DirectoryProgress,
  reports: MailReport[],
): Promise<DirectoryFindings> {
  const findings: DirectoryFindings = { found: new Map(), nobody: new Map(), undecided: [], deferred: [] };
  if (progress.completeAt === null) return { ...findings, undecided: reports };
  const recorded = await currentContacts(options, progress, reports);
  const dealIds = new Set<number>();
  const listed: (ListedDeal & { lookup: PersonLookup })[] = [];
  for (const report of reports) {
    const email = emailIn(report);
    const answer = email === null ? null : answerFor(options, progress, report, recorded.get(email) ?? []);
    if (email === null || !answer || answer.kind === 'unknown') findings.undecided.push(report);
    else if (answer.kind === 'read_again' || dealIds.size >= MAX_DEALS) findings.deferred.push(report);
    else {
      const contacts = answer.kind === 'nobody' ? [] : answer.contacts;
      const lookup = lookupOf(email, options.connection, contacts);
      for (const dealId of lookup.dealIds) dealIds.add(dealId);
      if (lookup.reason === null) findings.found.set(report.reportId, lookup);
      else findings.nobody.set(report, lookup);
      const [dealId, ...others] = lookup.dealIds;
      const readAt = Math.min(...contacts.map((contact) => contact.readAt));
      if (dealId !== undefined && others.length === 0) listed.push({ dealId, readAt, lookup });
    }
  }
  await addListedDeals(options, listed);
  return findings;
}

/**
 * Adds to the look-ups the deals that need not be read for a note: Kommo has listed them with their contacts a moment ago, and
 * has reported nothing about them since. A simulation takes contacts however old they are, so it reads their deals.
 */
async function addListedDeals(
  { db, connection, directory }: AskDirectoryOptions,
  listed: (ListedDeal & { lookup: PersonLookup })[],
): Promise<void> {
  if (directory === null) return;
  const deals = listed.map(({ dealId, readAt }) => ({ dealId, readAt }));
  const reported = await dealsReportedSince(db, connection.name, deals);
  for (const { dealId, lookup } of listed) if (!reported.has(dealId)) lookup.listedDealId = dealId;
}

/** The recorded contacts by address, after those that may be out of date have been read again. */
async function currentContacts(
  options: AskDirectoryOptions,
  progress: DirectoryProgress,
  reports: MailReport[],
): Promise<Map<string, RecordedContact[]>> {
  const { db, connection, now, directory } = options;
  const addresses = [...new Set(reports.map(emailIn).filter((email) => email !== null))];
  const recorded = await contactsByAddress(db, connection.name, addresses);
  // A simulation must not write, and takes the contacts as they were last read.
  if (directory === null) return recorded;
  const outdated = new Set<number>();
  for (const report of reports) {
    const answer = answerFor(options, progress, report, recorded.get(emailIn(report) ?? '') ?? []);
    if (answer.kind === 'read_again') for (const id of answer.contactIds) outdated.add(id);
  }
  if (outdated.size === 0) return recorded;
  await readAgain({ db, connection, now: () => now, call: {} }, [...outdated].slice(0, MAX_READ_AGAIN));
  return contactsByAddress(db, connection.name, addresses);
}

function answerFor(
  { now, arrivedAt, directory }: AskDirectoryOptions,
  { completeAt }: DirectoryProgress,
  report: MailReport,
  recorded: RecordedContact[],
) {
  if (directory === null && recorded.length > 0) return { kind: 'contacts', contacts: recorded } as const;
  return directoryAnswer(recorded, { completeAt, arrivedAt: arrivedAt(report), now });
}

function lookupOf(email: string, { rules }: Connection, contacts: RecordedContact[]): PersonLookup {
  return lookupOfContacts(
    email,
    rules,
    contacts.map(({ contactId, dealIds }) => ({ id: contactId, name: '', dealIds })),
  );
}
