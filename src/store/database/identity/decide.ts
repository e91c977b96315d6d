import { type DatabaseFacts, isEmpty } from './facts.ts';

/** A place where a database is, without secrets. */
export interface DatabasePlace {
  kind: 'embedded' | 'postgres';
  /** For people, and to compare: a folder, or `host:5432/name, schema public`. */
  where: string;
}

export interface CurrentDatabase extends DatabasePlace {
  facts: DatabaseFacts;
}

/** The database that was used before, as far as it is known. */
export interface KnownDatabase extends DatabasePlace {
  /** Null where it cannot be read. */
  facts: DatabaseFacts | null;
  /** Null where there is no record of its use. */
  usedAt: number | null;
  /** Why it cannot be read. */
  unreadable?: string;
}

/** The database that was used last, as the file in the data folder has it. */
export interface LastDatabase extends KnownDatabase {
  facts: DatabaseFacts;
  /** When its facts were read, ms. */
  usedAt: number;
  /** The overrides that the last start was given. The key is that of the file, which other versions read, too. */
  words: DatabaseOverride[];
}

/** Options with which an operator accepts a database that Stagepost would not start with, one for each verdict. */
export type DatabaseOverride = 'start-empty' | 'accept-other-database' | 'accept-older-database';

/**
 * - `same`: it is the database that was used last, or nothing of value was used before
 * - `empty`: another one was used last, and this one is empty
 * - `other`: another one was used last, and this one has data of its own
 * - `older`: it is the one that was used last, in an earlier state
 * - `moved`: its data was moved to another database, which is used instead
 */
export type Verdict = 'same' | 'empty' | 'other' | 'older' | 'moved';

export const OVERRIDE_FOR: Record<Exclude<Verdict, 'same'>, DatabaseOverride> = {
  empty: 'start-empty',
  other: 'accept-other-database',
  older: 'accept-older-database',
  // The state of the time when it was moved.
  moved: 'accept-older-database',
};

/**
 * Compares the database of this start with the one that was used last. Without a record of that (a first start, a new
 * machine of a fleet, an upgrade of a version that kept none), an embedded database that is left in the data folder while
 * PostgreSQL is empty counts as the one that was used last. A database that was just restored is meant to be used.
 */
export function judgeDatabase(last: KnownDatabase | null, current: CurrentDatabase): Verdict {
  const { origin } = current.facts;
  if (origin && origin.movedTo !== null) return 'moved';
  if (origin && origin.restoredAt !== null) return 'same';
  if (last === null) return 'same';
  const { installation } = current.facts;
  if (last.facts === null) return isEmpty(current.facts) ? 'empty' : 'other';
  if (isEmpty(last.facts)) return 'same';
  if (isEmpty(current.facts) && installation !== last.facts.installation) return 'empty';
  const isSamePlace = current.kind === last.kind && current.where === last.where;
  // A backup of before the identity was introduced has none.
  const isSame = installation === null ? isSamePlace : installation === last.facts.installation;
  if (!isSame) return 'other';
  return isOlder(current.facts, last.facts) ? 'older' : 'same';
}

/**
 * Whether a database that was lost may have sent what this one still has to do: then both sides are read before anything is
 * repeated. @param verdict the one that was accepted
 */
export function mayRepeat({ origin }: DatabaseFacts, verdict: Verdict): boolean {
  return verdict === 'older' || verdict === 'moved' || (origin !== undefined && origin.restoredAt !== null);
}

/** Whether anything that only grows is less than it was, or the identity has gone. */
function isOlder(current: DatabaseFacts, last: DatabaseFacts): boolean {
  if (current.installation === null && last.installation !== null) return true;
  const isLower = (key: keyof DatabaseFacts['marks']) => current.marks[key] < last.marks[key];
  if (isLower('inbox') || isLower('events') || isLower('actions')) return true;
  const { rules } = current.holdings;
  return Object.entries(last.holdings.rules).some(
    ([connection, version]) => (rules[connection] ?? 0) < version,
  );
}

/**
 * Whether the operator has accepted a verdict. An override counts for one start: given again at every start, as by an
 * environment variable that was left set, it would accept any later loss as well.
 */
export function isAccepted(
  verdict: Exclude<Verdict, 'same'>,
  given: DatabaseOverride[],
  usedBefore: DatabaseOverride[],
): boolean {
  const override = OVERRIDE_FOR[verdict];
  return given.includes(override) && !usedBefore.includes(override);
}
