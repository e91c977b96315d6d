import type { MailReport, StagepostEvent } from '../../domain/events.ts';
import type { Observer } from '../../domain/people/observe.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { type Compute, computeUnguarded } from './compute.ts';
import { findPeople } from './find-people.ts';
import { type FindStrangersOptions, findStrangers } from './find-strangers.ts';
import type { FoundPeople } from './found-people.ts';
import { gainedDeals } from './gained-deals.ts';
import { gatherDeals } from './gather-deals.ts';
import { loadEdits, loadOwnWrites } from './gather-edits.ts';
import { loadConsentOfPeople } from './load-consent.ts';
import type { PersonLookup } from './look-up-person.ts';
import { mergeReadings } from './merge-readings.ts';
import {
  dealsOfSurvivors,
  findGoneContacts,
  knownSurvivors,
  type MergedContact,
  readSurvivors,
} from './merged-contacts.ts';
import {
  isOnDeals,
  observeLookups,
  observeReading,
  observeReports,
  observeUnread,
  type Reading,
  reportsOffTheirDeals,
} from './observe-batch.ts';
import { loadPeopleOfContacts, loadPeopleOfDeals, type PlanningState } from './planning-state.ts';
import {
  type DealRequirement,
  dealsWithAttributes,
  reportsRequiringPerson,
  requiredDeals,
  withPeople,
} from './requirements.ts';
import { leaveDealsUnread, withdrawUnread } from './unread-deals.ts';

/*
 * What the decisions about a batch of events depend on: first the people of its reports, then the deals. The planning of
 * stored events and the preview of drafts use the same functions, so that they agree.
 */

/** A set of rules with a state of its own, and the people of reports as that state knows them. */
export interface Variant {
  rules: Rules;
  state: PlanningState;
  /** By report id; filled by `findPeopleOfBatch`. */
  people: Map<string, PersonLookup>;
}

export interface GatherBatchOptions {
  db: Db;
  connection: Connection;
  now: Millis;
  newKey(now: Millis): string;
  /** The first is the connection's own. */
  variants: Variant[];
  /** All events of the batch. */
  payloads: StagepostEvent[];
  lookups: FindStrangersOptions;
  /** Default: reads from Kommo. */
  gather?: typeof gatherDeals;
  /** Runs what compares the batch with the records; default: without a deadline. */
  compute?: Compute;
  /** Runs the parts of the reading that only copy; default: without a deadline, which costs 0.1 ms each. */
  copy?: Compute;
}

export interface PeopleOfBatch {
  /** The reports that need a person. */
  reports: MailReport[];
  found: FoundPeople;
  /** The ids of reports whose deals are to be confirmed by the reading. */
  unconfirmed: Set<string>;
}

/**
 * Finds the people of the batch's reports, and records them in the state of each variant.
 * @throws DeliveryError where a side as a whole cannot be read.
 */
export async function findPeopleOfBatch(options: GatherBatchOptions): Promise<PeopleOfBatch> {
  const { variants, lookups } = options;
  const reports = await reportsOfBatch(options);
  const [{ state }] = variants as [Variant];
  const found = await findPeople(lookups, reports, state);
  const isUnconfirmed = (lookup: PersonLookup) => lookup.isNamedDeal || isOnDeals(state, lookup);
  const unconfirmed = new Set(
    [...found.found].filter(([, lookup]) => isUnconfirmed(lookup)).map(([id]) => id),
  );
  await recordPeople(options, reports, found);
  return { reports, found, unconfirmed };
}

/** The reports that need a person. What all reports say of other names is recorded. */
async function reportsOfBatch({
  variants,
  payloads,
  now,
  compute = computeUnguarded,
}: GatherBatchOptions): Promise<MailReport[]> {
  if (!payloads.some(({ kind }) => kind === 'mail_report')) return [];
  return compute(() => {
    for (const { state } of variants) observeReports(state, payloads, now);
    const required = variants.flatMap(({ rules, state }) => reportsRequiringPerson(payloads, rules, state));
    return [...new Map(required.map((report) => [report.reportId, report])).values()];
  });
}

async function recordPeople(
  { db, connection, variants, newKey, now }: GatherBatchOptions,
  reports: MailReport[],
  { found, deferred, waiting, unanswered }: FoundPeople,
): Promise<void> {
  const unknown = [...found.values()].map(({ key, contactId }) => (key === null ? contactId : null));
  const contactIds = unknown.filter((id) => id !== null);
  for (const { rules, state, people } of variants) {
    await loadPeopleOfContacts(db, connection.name, contactIds, state);
    for (const id of [deferred, waiting, unanswered].flatMap((ids) => [...ids])) people.delete(id);
    for (const [id, lookup] of found) people.set(id, { ...lookup });
    observeLookups(state, reports, people, observerFor(rules, newKey, now));
    leaveDealsUnread(reports, people, rules, state);
  }
}

export interface DealsOfBatch {
  deals: Map<number, DealContext>;
  /** The deals that were asked for, whether they exist or not. */
  dealIds: number[];
  /** The reports that were looked up again. */
  again: FoundPeople;
}

/**
 * Reads the deals that the events depend on, and records what they say of people. A report whose person turns out to be on none
 * of the deals is looked up again: the person has left them, or the deal that Customer.io names is somebody else's.
 * @param events those that can be decided
 * @throws DeliveryError
 */
export async function readDealsOfBatch(
  options: GatherBatchOptions,
  events: StagepostEvent[],
  { reports, unconfirmed }: PeopleOfBatch,
): Promise<DealsOfBatch> {
  const { variants, connection, payloads, gather = gatherDeals, copy } = options;
  const survivors = await readSurvivors(options, events);
  const required = [
    ...requiredBy(variants, events),
    ...variants.flatMap(({ rules, state }) => dealsOfSurvivors(survivors, state.people, rules)),
  ];
  const deals = await gather(connection, required, copy);
  await recordReading(options, { events: payloads, required, deals, survivors });

  const again = await lookUpAgain(options, reports, unconfirmed, deals);
  const more = requiredAgain(options, events, required, again);
  for (const { people } of variants) withdrawUnread(people, idsOf([...required, ...more]));
  if (more.length === 0) return { deals, dealIds: idsOf(required), again };
  const read = await gatherDeals(connection, more, copy);
  await recordReading(options, { events: [], required: more, deals: read, survivors: [] });
  return { deals: mergeReadings(deals, read), dealIds: idsOf([...required, ...more]), again };
}

/**
 * Loads what tells edits in Kommo from Stagepost's own writes, and reads the other deals that show such an edit as well.
 * @param events those that can be decided
 * @param deals the deals that the events depend on; the other ones are added
 * @throws DeliveryError
 */
export async function readEditsOfBatch(
  options: GatherBatchOptions,
  events: StagepostEvent[],
  deals: Map<number, DealContext>,
): Promise<void> {
  const { db, connection, variants, now, gather = gatherDeals, compute = computeUnguarded, copy } = options;
  const [{ rules, state }] = variants as [Variant];
  const input = { events, deals, state, rules, now };
  const others = await loadEdits(db, connection.name, input, compute);
  if (others.length === 0) return;
  const read = await gather(connection, others, copy);
  await recordReading(options, { events: [], required: others, deals: read, survivors: [] });
  await loadConsentOfPeople(db, connection.name, state.people, idsOf(others), rules, state.consent);
  for (const [id, found] of read) deals.set(id, found);
  await loadOwnWrites(db, connection.name, input, compute);
}

function requiredBy(variants: Variant[], events: StagepostEvent[]): DealRequirement[] {
  return variants.flatMap(({ rules, state, people }) => requiredDeals(events, rules, state, people));
}

function idsOf(required: DealRequirement[]): number[] {
  return [...new Set(required.map(({ dealId }) => dealId))];
}

async function recordReading(
  options: GatherBatchOptions,
  read: Pick<Reading, 'events' | 'required' | 'deals'> & { survivors: MergedContact[] },
): Promise<void> {
  const { db, connection, variants, newKey, now, compute = computeUnguarded } = options;
  for (const { state } of variants) await loadPeopleOfDeals(db, connection.name, read.deals, state);
  for (const { rules, state } of variants) observeUnread(state, read, observerFor(rules, newKey, now));
  const goneContacts = await findGoneContacts(options, read);
  for (const { rules, state } of variants) {
    const observer = observerFor(rules, newKey, now);
    if (read.required.length === 0 && !read.events.some((event) => 'contactId' in event)) continue;
    await compute(() => {
      const survivors = knownSurvivors(read.survivors, state.people);
      observeReading(state, { ...read, survivors, goneContacts }, observer);
    });
  }
}

async function lookUpAgain(
  options: GatherBatchOptions,
  reports: MailReport[],
  unconfirmed: ReadonlySet<string>,
  deals: Map<number, DealContext>,
): Promise<FoundPeople> {
  const [{ state, people }] = options.variants as [Variant];
  const off = reportsOffTheirDeals(state, { found: people, deals }, unconfirmed);
  const doubted = reports.filter(({ reportId }) => off.has(reportId));
  // A person who was recorded on other deals is still known by other names than the report's.
  const again = await findStrangers({ ...options.lookups, doubted: off }, doubted);
  await recordPeople(options, doubted, again);
  return again;
}

/**
 * The deals of reports that were looked up again, those that the people of reports have got by the reading, and those that supply the
 * attributes of people whose other deal moves.
 */
function requiredAgain(
  { variants }: GatherBatchOptions,
  events: StagepostEvent[],
  required: DealRequirement[],
  { found }: FoundPeople,
): DealRequirement[] {
  const reports = events.filter((event) => event.kind === 'mail_report' && found.has(event.reportId));
  const known = new Set(idsOf(required));
  const attributes = variants.flatMap(({ rules, state }) => dealsWithAttributes(events, rules, state));
  const gained = variants.flatMap((variant) =>
    gainedDeals(variant, events).map((dealId) => withPeople(dealId, variant.rules)),
  );
  const added = [...gained, ...attributes].filter(({ dealId }) => !known.has(dealId));
  return [...requiredBy(variants, reports), ...added];
}

function observerFor({ identifyBy }: Rules, newKey: GatherBatchOptions['newKey'], now: Millis): Observer {
  return { identifyBy, newKey: () => newKey(now), at: now };
}
