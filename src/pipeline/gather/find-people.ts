import { DeliveryError } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { parkedReasons } from '../../store/events/planned-events.ts';
import { dealsOfPersons } from '../../store/people.ts';
import type { Connection } from '../connection.ts';
import { lookUpPerson, type PersonLookup } from './look-up-person.ts';
import type { PlanningState } from './planning-state.ts';
import { knownPersonOf, namesIn } from './report-names.ts';

/** How long a search without a result is remembered, in ms: the opens of a newsletter must not cost a search each. */
const REUSE_NOT_FOUND_MS = 10 * 60_000;
/** The most lookups in a batch. Each costs up to two calls, and stage changes must not wait for many. */
const MAX_LOOKUPS = 10;

/** The people of a batch of reports; all sets and maps go by the report's id. */
export interface FoundPeople {
  found: Map<string, PersonLookup>;
  /** Reports whose person is to be looked up later. */
  deferred: Set<string>;
  /** Reports whose lookup got no answer. The batch is planned without them. */
  unanswered: Set<string>;
}

/**
 * Finds the person and deals of each report: first in Stagepost's own records, then at Customer.io and in Kommo.
 *
 * @param lookupAllowed whether people may be looked up now, given how many are unknown.
 * @throws DeliveryError where a side as a whole cannot be read.
 */
export async function findPeople(
  db: Db,
  connection: Connection,
  reports: MailReport[],
  state: PlanningState,
  now: Millis,
  lookupAllowed: (unknownPeople: number) => boolean,
): Promise<FoundPeople> {
  const { found, unknownPeople } = await findRecorded(db, connection, reports, state, now);
  const deferred = new Set<string>();
  const unanswered = new Set<string>();
  const lookups = new Map<string, PersonLookup | null>();
  const limit = lookupAllowed(unknownPeople.length) ? MAX_LOOKUPS : 0;
  for (const report of unknownPeople) {
    const names = namesIn(report).join(' ');
    if (!lookups.has(names) && lookups.size < limit) {
      lookups.set(names, await lookUpOrNull(connection, report));
    }
    const lookup = lookups.get(names);
    if (lookup) found.set(report.reportId, lookup);
    else if (lookup === null) unanswered.add(report.reportId);
    else deferred.add(report.reportId);
  }
  return { found, deferred, unanswered };
}

/** Splits reports into those that Stagepost's records answer (a person with deals, or a recent search) and the others. */
async function findRecorded(
  db: Db,
  connection: Connection,
  reports: MailReport[],
  { persons }: PlanningState,
  now: Millis,
): Promise<{ found: Map<string, PersonLookup>; unknownPeople: MailReport[] }> {
  const known = reports
    .map((report) => knownPersonOf(report, persons))
    .filter((person) => person !== undefined);
  const identifiers = [...new Set(known.map(({ person }) => person))];
  const deals = await dealsOfPersons(db, connection.name, identifiers);
  const names = [...new Set(reports.flatMap(namesIn))];
  const notFound = await parkedReasons(db, connection.name, names, now - REUSE_NOT_FOUND_MS);

  const found = new Map<string, PersonLookup>();
  const unknownPeople: MailReport[] = [];
  for (const report of reports) {
    const recorded = knownPersonOf(report, persons);
    const dealIds = recorded ? (deals.get(recorded.person) ?? []) : [];
    const reason = namesIn(report)
      .map((name) => notFound.get(name))
      .find((text) => text !== undefined);
    if (recorded && dealIds.length > 0) {
      const { person, email, contactId } = recorded;
      found.set(report.reportId, { person, email, contactId, dealIds, reason: null });
    } else if (reason !== undefined) {
      found.set(report.reportId, { person: null, email: null, contactId: null, dealIds: [], reason });
    } else {
      unknownPeople.push(report);
    }
  }
  return { found, unknownPeople };
}

/** @returns null where this lookup got no answer (a search that is too slow); other lookups may still get one. */
async function lookUpOrNull(connection: Connection, report: MailReport): Promise<PersonLookup | null> {
  try {
    return await lookUpPerson(connection, report);
  } catch (error) {
    if (error instanceof DeliveryError && error.failure === 'retryable') return null;
    throw error;
  }
}
