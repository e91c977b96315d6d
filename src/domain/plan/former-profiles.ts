import type { UnixSeconds } from '../entities.ts';
import { contactSource, currentContacts, holds } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Person } from '../person.ts';
import type { Rules } from '../rules/rules.ts';
import type { Plan, PlannedAction } from './plan-types.ts';

/** The profiles that Customer.io has of a person, other than the one that is identified now. */
export function formerProfiles(known: KnownPerson | undefined, identifier: string): string[] {
  if (!known) return [];
  const identified = known.names.filter((name) => name.source === 'identify' && holds(name));
  const all = [
    ...(known.identifier === null ? [] : [known.identifier]),
    ...identified.map(({ value }) => value),
  ];
  return [...new Set(all)].filter((name) => name !== identifier);
}

/** What makes one profile at Customer.io of the person's present and former ones. */
export interface ProfileChanges {
  /** Before the identify. */
  before: PlannedAction[];
  /** The former profiles to merge into the present one, after the identify. */
  merged: string[];
  warnings: string[];
}

/**
 * Where the email is the identity and changes, the profile gets the new email by its `cio_id`: it stays the same profile,
 * with the campaigns that run. The merge catches what that could not do (the `cio_id` is not known, or another profile has
 * the new email); where it worked there is nothing left to merge. Profiles of merged contacts are merged alone.
 */
export function profileChanges(
  known: KnownPerson | undefined,
  { person }: Person,
  rules: Rules,
  readAt: UnixSeconds,
): ProfileChanges {
  const changes: ProfileChanges = { before: [], merged: [], warnings: [] };
  for (const from of formerProfiles(known, person)) {
    const obstacle = obstacleToMerge(known!, from, person, rules);
    if (rules.identifyBy === 'email' && obstacle !== DIFFERENT && isNew(known!, person)) {
      const cioId = cioIdOf(known!);
      const action = { kind: 'change_email', person, cioId, from, to: person, timestamp: readAt } as const;
      changes.before.push({ action, after: null });
    }
    if (obstacle === null && rules.profiles.merge) changes.merged.push(from);
    const outcome =
      obstacle ??
      (rules.profiles.merge
        ? `The profile ${from} becomes part of ${person}.`
        : `Customer.io keeps ${from} as another person (person.merge: off).`);
    changes.warnings.push(
      `The person was ${from} at Customer.io and is ${person} now: the contact's email changed, or contacts were merged in Kommo. ${outcome} Stagepost counts both as one.`,
    );
  }
  return changes;
}

/** Adds the merges, which wait for the identify. @param identify its index in the plan's actions */
export function addMerges(
  plan: Plan,
  { merged }: ProfileChanges,
  { person }: Person,
  identify: number,
): void {
  for (const from of merged) plan.actions.push({ action: { kind: 'merge', person, from }, after: identify });
}

const DIFFERENT = 'Customer.io keeps the former one as another person: it is identified in another way.';

/**
 * A merge cannot be undone, so it needs evidence that both profiles are one person: the email of the contact changed, or the
 * contact of the former profile is gone. Two contacts that exist and share an address are no evidence.
 * @returns why the profiles are not merged; null where they are
 */
function obstacleToMerge(known: KnownPerson, from: string, to: string, rules: Rules): string | null {
  const living = currentContacts(known);
  if (rules.identifyBy === 'email') {
    if (!from.includes('@') || !to.includes('@')) return DIFFERENT;
    const statedBy = (address: string) =>
      living.filter((id) =>
        known.names.some(
          (name) => holds(name) && name.value === address && name.source === contactSource(id),
        ),
      );
    const holders = statedBy(to);
    const isShared = holders.length > 1 || statedBy(from).some((id) => !holders.includes(id));
    return isShared
      ? `Customer.io keeps ${from} as another person: several contacts in Kommo have these addresses.`
      : null;
  }
  const { idPrefix } = rules.profiles;
  const ids = [from, to].map((name) => (name.startsWith(idPrefix) ? name.slice(idPrefix.length) : ''));
  const [former, present] = ids.map(Number);
  if (ids.some((id) => !/^\d+$/.test(id)) || former === present) return DIFFERENT;
  return living.includes(former!)
    ? `Customer.io keeps ${from} as another person: its contact still exists in Kommo.`
    : null;
}

/** Whether Customer.io has had no profile of this name from Stagepost. */
function isNew({ names }: KnownPerson, identifier: string): boolean {
  return !names.some(({ source, value }) => source === 'identify' && value === identifier);
}

/** The `cio_id` of the person's profile; null where none or several are known. */
export function cioIdOf({ names }: KnownPerson): string | null {
  const ids = new Set(names.filter(({ kind }) => kind === 'cio_id').map(({ value }) => value));
  const [id] = ids;
  return ids.size === 1 ? id! : null;
}
