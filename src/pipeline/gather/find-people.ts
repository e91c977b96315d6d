import { changesConsent } from '../../domain/consent/entries-of-report.ts';
import type { MailReport } from '../../domain/events.ts';
import { currentContacts, holds } from '../../domain/people/names.ts';
import { personOfReport } from '../../domain/people/observe-report.ts';
import type { People } from '../../domain/people/people.ts';
import { type KnownPerson, shownName } from '../../domain/people/person-types.ts';
import { isTestId } from '../../domain/people/test-person.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { SentEvent } from '../../store/actions/sent-events.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { contactsByAddress } from '../../store/directory/entries.ts';
import { parkedReasons } from '../../store/events/planned-events.ts';
import { testPeopleAmong } from '../../store/test-people.ts';
import type { Connection } from '../connection.ts';
import { type FindStrangersOptions, findStrangers } from './find-strangers.ts';
import type { FoundPeople } from './found-people.ts';
import type { PersonLookup } from './look-up-person.ts';
import { type PlanningState, triggerOf } from './planning-state.ts';
import { emailIn, knownPersonOf, namesIn, waitingName } from './report-names.ts';

/** How long a search without a result is remembered, in ms: the opens of a newsletter must not cost a search each. */
const REUSE_NOT_FOUND_MS = 10 * 60_000;

/**
 * Finds the person and deals of each report: first in Stagepost's own records, then among the account's contacts and at
 * Customer.io.
 * @throws DeliveryError where a side as a whole cannot be read.
 */
export async function findPeople(
  options: FindStrangersOptions,
  reports: MailReport[],
  state: PlanningState,
): Promise<FoundPeople> {
  const { db, connection, now } = options;
  const { found, unknownPeople } = await findRecorded(db, connection, reports, state, now);
  const addresses = unknownPeople.map(emailIn).filter((email) => email !== null);
  const testers = await testPeopleAmong(db, connection.name, [...new Set(addresses)]);
  const isTest = (report: MailReport) => isTestId(report.person.id) || testers.has(emailIn(report) ?? '');
  const tests = unknownPeople.filter(isTest).map(({ reportId }) => [reportId, TEST_PERSON] as const);
  const strangers = await findStrangers(
    options,
    unknownPeople.filter((report) => !isTest(report)),
  );
  return { ...strangers, found: new Map([...found, ...tests, ...strangers.found]) };
}

/** Splits reports into those that Stagepost's records answer (a person with deals, or a recent search) and the others. */
async function findRecorded(
  db: Db,
  connection: Connection,
  reports: MailReport[],
  state: PlanningState,
  now: Millis,
): Promise<{ found: Map<string, PersonLookup>; unknownPeople: MailReport[] }> {
  const names = [...new Set(reports.flatMap(waitingNamesOf))];
  const notFound = await parkedReasons(db, connection.name, names, now - REUSE_NOT_FOUND_MS);
  const found = new Map<string, PersonLookup>();
  const unknownPeople: MailReport[] = [];
  const recordedOf = (report: MailReport) =>
    knownPersonOf(report, state.people) ?? addresseeOf(triggerOf(report, state), state.people);
  const listed = await dealsListedFor(db, connection.name, reports.filter(changesConsent).map(recordedOf));
  for (const report of reports) {
    const trigger = triggerOf(report, state);
    const recorded = isTestId(report.person.id) ? undefined : recordedOf(report);
    const linked = recorded ? dealsOf(recorded, connection.rules, trigger) : [];
    const others = recorded && changesConsent(report) ? (listed.get(recorded.key) ?? []) : [];
    const dealIds = linked.length > 0 ? [...new Set([...linked, ...others])] : [];
    const reason = waitingNamesOf(report)
      .map((name) => notFound.get(name))
      .find((text) => text !== undefined);
    if (recorded && dealIds.length > 0) {
      const { key, email, contactId } = recorded;
      found.set(report.reportId, {
        key,
        person: shownName(recorded),
        email,
        contactId,
        dealIds,
        ...(trigger && { ownDealId: trigger.deal_id }),
        reason: null,
      });
    } else if (reason !== undefined) {
      found.set(report.reportId, { ...NOBODY, reason });
    } else {
      unknownPeople.push(report);
    }
  }
  return { found, unknownPeople };
}

/**
 * The deals that the directory has of these people's contacts, by the person's key: a change of consent shows on every open deal of
 * the person, also on those that have never entered a stage with a rule.
 */
async function dealsListedFor(
  db: Db,
  connection: string,
  persons: (KnownPerson | undefined)[],
): Promise<Map<string, number[]>> {
  const known = persons.filter((person) => person !== undefined);
  const emails = known.map(({ email }) => email).filter((email) => email !== null);
  const contacts = await contactsByAddress(db, connection, [...new Set(emails)]);
  return new Map(
    known.map((person) => {
      const own = currentContacts(person);
      const listed = contacts.get(person.email ?? '') ?? [];
      return [
        person.key,
        listed.filter(({ contactId }) => own.includes(contactId)).flatMap(({ dealIds }) => dealIds),
      ];
    }),
  );
}

/** The names under which an earlier report about the same person may wait. */
function waitingNamesOf(report: MailReport): string[] {
  const name = waitingName(report);
  return name === null ? [] : [...new Set([...namesIn(report), name])];
}

const NOBODY = { key: null, person: null, email: null, contactId: null, dealIds: [] };
const TEST_PERSON: PersonLookup = { ...NOBODY, isTest: true, reason: null };

/** The person to whom the event was sent, where the report names nobody who is recorded. */
function addresseeOf(trigger: SentEvent | undefined, people: People): KnownPerson | undefined {
  const person = trigger?.person ?? null;
  return person === null ? undefined : personOfReport(people, { id: person, email: null, cioId: null });
}

/** The deals that the person is on, and the email's own deal, also where the person has left it. */
function dealsOf(person: KnownPerson, rules: Rules, trigger: SentEvent | undefined): number[] {
  const linked = linkedDeals(person, rules);
  return trigger ? [...new Set([trigger.deal_id, ...linked])] : linked;
}

/** The deals that the person is on; where only main contacts are sent, those with the person as main contact, if there are any. */
export function linkedDeals({ links }: KnownPerson, { contacts }: Rules): number[] {
  const current = links.filter(holds);
  const main = current.filter(({ role }) => role === 'main');
  return (contacts === 'main' && main.length > 0 ? main : current).map(({ dealId }) => dealId);
}
