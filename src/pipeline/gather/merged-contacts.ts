import type { Contact } from '../../domain/entities.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import {
  contactsLinkedToSurvivor,
  contactsWithGainedAddresses,
  isKnownSurvivor,
  type Survivor,
} from '../../domain/people/merged-contacts.ts';
import type { People } from '../../domain/people/people.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { type Compute, computeUnguarded } from './compute.ts';
import { observed } from './observe-batch.ts';
import { loadPeopleOfSurvivors, type PlanningState } from './planning-state.ts';
import { type DealRequirement, withPeople } from './requirements.ts';

/*
 * Kommo's events log names the surviving contact of a merge, but not the one that is gone. The survivor is read, and contacts
 * that may have been merged into it are checked: one that Kommo does not return any more is gone.
 */

interface ReadingOptions {
  db: Db;
  connection: Pick<Connection, 'name' | 'kommo'>;
  variants: { state: PlanningState }[];
  /** Unix ms. */
  now: Millis;
  /** Default: without a deadline. */
  compute?: Compute;
}

/** The surviving contact of a merge that the events log shows. */
export interface MergedContact {
  contact: Contact;
  /** When the contacts were merged, unix ms. */
  at: number;
}

/**
 * Reads the survivors of the batch's merges with their deals, and loads the people who may be theirs: one call, and none
 * where the batch has no merge.
 * @throws DeliveryError
 */
export async function readSurvivors(
  { db, connection, variants }: ReadingOptions,
  events: readonly StagepostEvent[],
): Promise<MergedContact[]> {
  const merges = new Map(
    events.flatMap((event) =>
      event.kind === 'contact_merged' ? [[event.contactId, event.occurredAt * 1000] as const] : [],
    ),
  );
  if (merges.size === 0) return [];
  const contacts = await connection.kommo.contactsWithDeals([...merges.keys()]);
  for (const { state } of variants)
    await loadPeopleOfSurvivors(db, connection.name, [...contacts.values()], state);
  return [...contacts.values()].map((contact) => ({ contact, at: merges.get(contact.id)! }));
}

/** The contacts of those survivors who are known, or who may have taken the place of somebody known. */
export function knownSurvivors(survivors: readonly MergedContact[], people: People): Contact[] {
  return survivors
    .map(({ contact }) => contact)
    .filter((contact) => isKnownSurvivor(people, survivorOf(contact)));
}

function survivorOf(contact: Contact): Survivor {
  return { ...observed(contact), dealIds: contact.dealIds };
}

/** The most deals of a survivor that are read: the newest. */
const MAX_DEALS = 10;

/**
 * The deals of the known survivors: another person of them may be the survivor's, and an open deal that has never entered a
 * stage with a rule goes before a closed one of the other contact.
 */
export function dealsOfSurvivors(
  survivors: readonly MergedContact[],
  people: People,
  rules: Rules,
): DealRequirement[] {
  return knownSurvivors(survivors, people).flatMap(({ dealIds }) => {
    const newest = dealIds.toSorted((a, b) => b - a).slice(0, MAX_DEALS);
    return newest.map((dealId) => withPeople(dealId, rules));
  });
}

/** The most contacts that a batch checks: one page of Kommo's API. */
const MAX_CHECKED = 250;

interface Read {
  deals: ReadonlyMap<number, DealContext>;
  survivors: readonly MergedContact[];
}

/**
 * Checks the contacts that may have been merged into those that were read: one call, and none where no contact has got an
 * address of another person and no merge was reported.
 * @returns the contacts that are gone, with the time from which they count as gone, unix ms
 * @throws DeliveryError, or what `compute` throws
 */
export async function findGoneContacts(options: ReadingOptions, read: Read): Promise<Map<number, number>> {
  const { connection, variants, now, compute = computeUnguarded } = options;
  if (read.deals.size + read.survivors.length === 0) return new Map();
  const suspects = await compute(() => contactsToCheck(variants, read, now));
  if (suspects.size === 0) return new Map();
  const found = await connection.kommo.contacts([...suspects.keys()]);
  return new Map([...suspects].filter(([id]) => !found.has(id)));
}

/** The contacts that may be gone, with the time since when. */
function contactsToCheck(
  variants: ReadingOptions['variants'],
  { deals, survivors }: Read,
  now: number,
): Map<number, number> {
  const read = [...deals.values()].flatMap(({ contacts }) => contacts);
  const suspects = new Map<number, number>();
  for (const { state } of variants) {
    for (const id of contactsWithGainedAddresses(state.people, read.map(observed))) suspects.set(id, now);
    for (const { contact, at } of survivors) {
      for (const id of contactsLinkedToSurvivor(state.people, survivorOf(contact))) suspects.set(id, at);
    }
  }
  for (const { id } of [...read, ...survivors.map(({ contact }) => contact)]) suspects.delete(id);
  return new Map([...suspects].slice(0, MAX_CHECKED));
}
