import type { DealRecord } from '../../../domain/search/deal-record.ts';
import { searchWords } from '../../../domain/search/terms.ts';
import type { Db } from '../../../store/database/database.ts';
import { dealRecords } from '../../../store/deals/deals.ts';
import { searchAddresses, searchDeals, storedDeals } from '../../../store/deals/search-deals.ts';
import { findTracedPeople, type TracedPerson } from '../../../store/people.ts';
import { dealIdIn } from '../subjects/deal-id.ts';

/** A deal or a client that was found. */
export interface Match {
  dealId: number | null;
  /** Null for a deal that was not read since names are recorded. */
  record: DealRecord | null;
  /** The client of the deal; null where nobody is recorded. */
  person: TracedPerson | null;
}

export const MAX_RESULTS = 12;
/** An address begins with it at the earliest: one letter begins too many. */
const MIN_ADDRESS = 2;

/** Deals and clients that match what was typed, the best match first. */
export async function findMatches(db: Db, connection: string, typed: string): Promise<Match[]> {
  const dealId = dealIdIn(typed);
  const exact = dealId === null ? [] : await storedDeals(db, connection, [dealId]);
  const records = await searchDeals(db, connection, searchWords(typed), MAX_RESULTS);
  const owners = await findOwners(db, connection, typed);
  const linked = owners.flatMap(({ links }) => links.filter(({ until }) => until === null));
  const ids = [...exact, ...records.map((record) => record.dealId), ...linked.map((link) => link.dealId)];
  const deals = [...new Set(ids)].slice(0, MAX_RESULTS);
  const withoutDeal = owners.filter(({ links }) => links.every(({ until }) => until !== null));
  return [
    ...(await matchesOf(db, connection, deals)),
    ...withoutDeal.map((person) => ({ dealId: null, record: null, person })),
  ].slice(0, MAX_RESULTS);
}

/** What leads to the page of a match. */
export function queryFor({ dealId, person }: Match): string {
  return dealId === null ? (person?.email ?? person?.person ?? '') : String(dealId);
}

/** People who have or had an address that begins so. */
async function findOwners(db: Db, connection: string, typed: string): Promise<TracedPerson[]> {
  const beginning = typed.trim().toLowerCase();
  if (beginning.length < MIN_ADDRESS || /\s/.test(beginning)) return [];
  const keys = await searchAddresses(db, connection, beginning, MAX_RESULTS);
  const names = beginning.includes('@') ? [beginning] : [];
  return (await findTracedPeople(db, connection, { keys, names })).slice(0, MAX_RESULTS);
}

/** Deals with what is recorded of them and of their clients. */
export async function matchesOf(db: Db, connection: string, deals: number[]): Promise<Match[]> {
  const records = await dealRecords(db, connection, deals);
  const people = await findTracedPeople(db, connection, { dealIds: deals });
  return deals.map((dealId) => ({
    dealId,
    record: records.get(dealId) ?? null,
    person: clientOfDeal(people, dealId),
  }));
}

/** The main contact of the deal, else another person on it. */
export function clientOfDeal(people: readonly TracedPerson[], dealId: number): TracedPerson | null {
  const on = people.flatMap((person) =>
    person.links
      .filter((link) => link.dealId === dealId && link.until === null)
      .map((link) => ({ person, link })),
  );
  return (on.find(({ link }) => link.role === 'main') ?? on[0])?.person ?? null;
}
