import { chooseLookup, type LookupMethod } from '../../domain/directory/choose-lookup.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { type DirectoryProgress, directoryProgress } from '../../store/directory/progress.ts';
import { countNewReports } from '../../store/directory/waiting-reports.ts';
import type { Connection } from '../connection.ts';
import type { DirectoryRequests } from '../directory/directory-reader.ts';
import { askDirectory } from './ask-directory.ts';
import { attributesOfReports } from './attributes-of-reports.ts';
import type { FoundPeople } from './found-people.ts';
import { lookUpPerson, lookupOfAttributes, type PersonLookup, TOO_MANY_FOUND } from './look-up-person.ts';
import { emailIn, namesIn } from './report-names.ts';

/** The most people that one batch looks up one by one. Each costs up to two calls, and stage changes must not wait for many. */
const MAX_LOOKUPS = 10;
/** No further person of a batch is looked up after this time, ms: a stage change that has come meanwhile waits for the batch. */
const MAX_LOOKUPS_MS = 500;
/** How long the search is not used after it has returned too many contacts, ms. */
const SEARCH_USELESS_MS = 60 * 60_000;
/**
 * How long the report of somebody whom Kommo does not know waits for Customer.io's App API while it is busy or away, ms: only
 * Customer.io may name the deal. Nothing else waits for the report.
 */
const APP_PATIENCE_MS = 86_400_000;
/** The most reports that are counted to choose how people are looked up. */
const MAX_COUNTED = 5_000;

export interface FindStrangersOptions {
  db: Db;
  connection: Connection;
  now: Millis;
  /** When a report was received. */
  arrivedAt(report: MailReport): Millis;
  /** Null for a simulation, which only uses what has been read. */
  directory: DirectoryRequests | null;
  /** Whether people may be looked up now by calls for each of them, given how many are unknown. */
  lookupAllowed(unknownPeople: number): boolean;
  /** The ids of reports whose `kommo_deal_id` names a deal that the person is not on; missing: none. */
  doubted?: ReadonlySet<string>;
}

/**
 * Finds the people of reports whom Stagepost has no record of: in the directory, by the attribute `kommo_deal_id` at
 * Customer.io, or by Kommo's contact search.
 * @throws DeliveryError where a side as a whole cannot be read.
 */
export async function findStrangers(
  options: FindStrangersOptions,
  reports: MailReport[],
): Promise<FoundPeople> {
  const people: FoundPeople = {
    found: new Map(),
    deferred: new Set(),
    waiting: new Set(),
    unanswered: new Set(),
  };
  if (reports.length === 0) return people;
  const named = await withEmails(options, reports);
  const progress = await directoryProgress(options.db, options.connection.name);
  const { found, nobody, undecided, deferred } = await askDirectory(options, progress, named);
  for (const [reportId, lookup] of found) people.found.set(reportId, lookup);
  for (const { reportId } of deferred) people.deferred.add(reportId);
  await findByAttributes(options, nobody, people);
  if (undecided.length > 0) await findUndecided(options, progress, undecided, people);
  return people;
}

/** Adds the email address to reports that name their person by `id` only, as Customer.io has it. */
async function withEmails(
  { connection }: FindStrangersOptions,
  reports: MailReport[],
): Promise<MailReport[]> {
  const withoutEmail = reports.filter((report) => emailIn(report) === null);
  const { attributes } = await attributesOfReports(connection.app, withoutEmail);
  return reports.map((report) => {
    const email = attributes.get(report.reportId)?.email;
    return typeof email === 'string' ? { ...report, person: { ...report.person, email } } : report;
  });
}

/** Of the people whom no contact has, Customer.io may still name the deal. */
async function findByAttributes(
  options: FindStrangersOptions,
  nobody: ReadonlyMap<MailReport, PersonLookup>,
  people: FoundPeople,
): Promise<void> {
  const { connection, doubted = new Set() } = options;
  const believed = [...nobody.keys()].filter(({ reportId }) => !doubted.has(reportId));
  const { attributes, unanswered } = await attributesOfReports(connection.app, believed);
  for (const [report, lookup] of nobody) {
    const { reportId } = report;
    const named = lookupOfAttributes(report, connection.rules, attributes.get(reportId) ?? null);
    if (unanswered.has(reportId) && mayWait(options, report)) people.unanswered.add(reportId);
    else people.found.set(reportId, named ?? lookup);
  }
}

const mayWait = ({ now, arrivedAt, directory }: FindStrangersOptions, report: MailReport): boolean =>
  directory !== null && now - arrivedAt(report) < APP_PATIENCE_MS;

/** People about whom the directory says nothing, since it has not been read up to their reports. */
async function findUndecided(
  options: FindStrangersOptions,
  progress: DirectoryProgress & { searchFailedAt: Millis | null },
  reports: MailReport[],
  people: FoundPeople,
): Promise<void> {
  const withEmail = reports.filter((report) => emailIn(report) !== null);
  const method = await methodFor(options, progress, withEmail.length);
  if (method === 'directory' && withEmail.length > 0) options.directory?.request();
  const inDirectory = new Set(method === 'directory' ? withEmail : []);
  for (const { reportId } of inDirectory) people.waiting.add(reportId);
  await lookUpOneByOne(
    options,
    reports.filter((report) => !inDirectory.has(report)),
    method,
    people,
  );
}

async function methodFor(
  { db, connection, now, directory }: FindStrangersOptions,
  { completeAt, nextPage, searchFailedAt }: DirectoryProgress & { searchFailedAt: Millis | null },
  unknownPeople: number,
): Promise<LookupMethod> {
  if (directory === null) return 'search';
  return chooseLookup({
    // A full batch says nothing about how many reports follow it.
    waiting:
      unknownPeople < MAX_LOOKUPS ? unknownPeople : await countNewReports(db, connection.name, MAX_COUNTED),
    isDirectoryAvailable: directory.isAvailable,
    isDirectoryComplete: completeAt !== null,
    pagesRead: nextPage === null ? 0 : nextPage - 1,
    isSearchUseless: searchFailedAt !== null && searchFailedAt > now - SEARCH_USELESS_MS,
  });
}

async function lookUpOneByOne(
  options: FindStrangersOptions,
  reports: MailReport[],
  method: LookupMethod,
  people: FoundPeople,
): Promise<void> {
  const { connection, directory, lookupAllowed, doubted } = options;
  const lookups = new Map<string, PersonLookup | null>();
  const mayLookUp = reports.length > 0 && lookupAllowed(reports.length + people.waiting.size);
  const limit = mayLookUp ? MAX_LOOKUPS : 0;
  const until = performance.now() + MAX_LOOKUPS_MS;
  let maySearch = method !== 'give_up';
  for (const report of reports) {
    const names = namesIn(report).join(' ');
    if (!lookups.has(names) && lookups.size < limit && (lookups.size === 0 || performance.now() < until)) {
      const isDoubted = doubted?.has(report.reportId) ?? false;
      const asks = { maySearch, isDoubted, mayWait: mayWait(options, report) };
      const lookup = await lookUpOrNull(connection, report, asks);
      lookups.set(names, lookup);
      if (maySearch && lookup?.reason === TOO_MANY_FOUND) {
        maySearch = false;
        await directory?.searchFailed();
      }
    }
    const lookup = lookups.get(names);
    if (lookup) people.found.set(report.reportId, lookup);
    else if (lookup === null) people.unanswered.add(report.reportId);
    else people.deferred.add(report.reportId);
  }
}

/** @returns null where this lookup got no answer (a search that is too slow); other lookups may still get one. */
async function lookUpOrNull(
  connection: Connection,
  report: MailReport,
  options: Parameters<typeof lookUpPerson>[2],
): Promise<PersonLookup | null> {
  try {
    return await lookUpPerson(connection, report, options);
  } catch (error) {
    if (error instanceof DeliveryError && error.failure === 'retryable') return null;
    throw error;
  }
}
