import { entryOf } from '../../domain/directory/entry.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { CallOptions, ContactsPage } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { markUnseenStale, saveContacts, staleContacts } from '../../store/directory/entries.ts';
import { type DirectoryProgress, saveDirectoryProgress } from '../../store/directory/progress.ts';
import type { Connection } from '../connection.ts';

/** The connection whose contacts are read, and how its calls are sent. */
export interface ReadOptions {
  db: Db;
  connection: Pick<Connection, 'name' | 'owner' | 'kommo'>;
  now(): Millis;
  call: CallOptions;
}

/** Two changes of the same moment can become visible one after the other, so each reading of changes begins earlier, s. */
const OVERLAP_S = 30;
/** Where the list itself does not say up to when it was read, our clock does; Kommo's may differ by this, s. */
const CLOCK_DIFFERENCE_S = 600;
/** The most pages of a full reading: two million contacts. */
const MAX_PAGES = 8_000;
/** Contacts read by their ids in one call. */
const READ_AT_ONCE = 250;

/**
 * Reads the next page of a full reading, and begins one where none is under way. The page and the progress commit together,
 * so that a reading goes on where it was interrupted.
 * @throws DeliveryError, LeaseLost
 */
export async function readFullPage(
  { db, connection, now, call }: ReadOptions,
  before: DirectoryProgress,
): Promise<DirectoryProgress> {
  const { nextPage: page = null, readBeganAt, ...rest } = before;
  const beganAt = page === null || readBeganAt === null ? now() : readBeganAt;
  const number = page ?? 1;
  const read = await connection.kommo.contactsPage({ page: number, updatedSince: null }, call);
  if (number >= MAX_PAGES && !read.isLast)
    throw new DeliveryError('permanent', `Kommo's list of contacts has more than ${MAX_PAGES} pages.`);
  const newestSeen = number === 1 ? newestOf(read, beganAt) : rest.newestSeen;
  const underWay = { ...rest, readBeganAt: beganAt, newestSeen, nextPage: number + 1 };
  const after: DirectoryProgress = read.isLast
    ? {
        ...{ nextPage: null, readBeganAt: null, newestSeen: null },
        readThroughAt: now(),
        changedUntil: Math.max(newestSeen ?? 0, rest.changedUntil ?? 0),
        completeAt: Math.max(beganAt, rest.completeAt ?? 0),
      }
    : underWay;
  await inLeasedTransaction(db, connection, 'shared', async (trx) => {
    await saveContacts(trx, connection.name, contactsOf(read), now());
    if (read.isLast) await markUnseenStale(trx, connection.name, beganAt);
    await saveDirectoryProgress(trx, connection.name, after);
  });
  return after;
}

/**
 * Reads the contacts that have changed since the last reading.
 * @param before of a directory that was read through.
 * @throws DeliveryError, LeaseLost; the next reading then begins at the same place. `permanent` where the account ignores both
 * filter and order, so that changes cannot be told apart.
 */
export async function readChanges(
  { db, connection, now, call }: ReadOptions,
  before: DirectoryProgress & { changedUntil: UnixSeconds; completeAt: Millis },
): Promise<DirectoryProgress> {
  const beganAt = now();
  const updatedSince = before.changedUntil - OVERLAP_S;
  let { changedUntil } = before;
  for (let page = 1, isLast = false; !isLast; page++) {
    const read = await connection.kommo.contactsPage({ page, updatedSince }, call);
    if (read.isLast && !read.isNewestFirst && read.contacts.some((one) => isBefore(one, updatedSince)))
      throw new DeliveryError(
        'permanent',
        'Kommo ignores both the filter and the order of the list of contacts.',
      );
    if (page === 1) changedUntil = Math.max(timeOfKommo(before, beganAt), newestOf(read, beganAt));
    await inLeasedTransaction(db, connection, 'shared', (trx) =>
      saveContacts(trx, connection.name, contactsOf(read), now()),
    );
    isLast = read.isLast || page >= MAX_PAGES;
  }
  await readStale({ db, connection, now, call });
  const after = { ...before, changedUntil, completeAt: beganAt };
  await inLeasedTransaction(db, connection, 'shared', (trx) =>
    saveDirectoryProgress(trx, connection.name, after),
  );
  return after;
}

/** Reads the contacts that were marked as changed and that no list has contained since. */
async function readStale({ db, connection, now, call }: ReadOptions): Promise<void> {
  for (;;) {
    const ids = await staleContacts(db, connection.name, READ_AT_ONCE);
    if (ids.length === 0) return;
    await readAgain({ db, connection, now, call }, ids);
  }
}

/**
 * Reads these contacts by their ids, up to 250 in a call, into the directory. Contacts that Kommo does not have any more are
 * removed from it.
 * @throws DeliveryError, LeaseLost
 */
export async function readAgain({ db, connection, now, call }: ReadOptions, ids: number[]): Promise<void> {
  const contacts = await connection.kommo.contactsWithDeals(ids, call);
  const entries = [...contacts.values()].map(entryOf);
  const deletedIds = ids.filter((id) => !contacts.has(id));
  await inLeasedTransaction(db, connection, 'shared', (trx) =>
    saveContacts(trx, connection.name, { entries, deletedIds }, now()),
  );
}

function contactsOf({ contacts, deletedIds }: ContactsPage) {
  return { entries: contacts.map(({ contact }) => entryOf(contact)), deletedIds };
}

function isBefore({ updatedAt }: { updatedAt: UnixSeconds | null }, time: UnixSeconds): boolean {
  return updatedAt !== null && updatedAt < time;
}

/**
 * A time that Kommo's clock has certainly reached: that of the last reading, and what has passed since. Without it each reading
 * after an import would read its contacts again, until one is changed later. A clock of ours that is set forward adds a minute
 * at most.
 */
function timeOfKommo(
  { changedUntil, completeAt }: { changedUntil: UnixSeconds; completeAt: Millis },
  now: Millis,
): UnixSeconds {
  const passed = Math.floor((now - completeAt) / 1000);
  return changedUntil + Math.min(Math.max(passed, 0), 60);
}

/**
 * Until when, by Kommo's clock, a list that begins with this page contains every change. A time in the future does not count:
 * integrations may write any, and the next reading would begin there. A clock of Kommo's that is ahead of ours only makes the
 * next reading longer.
 */
function newestOf({ contacts, isNewestFirst }: ContactsPage, beganAt: Millis): UnixSeconds {
  const now = Math.floor(beganAt / 1000);
  const times = contacts.map(({ updatedAt }) => updatedAt ?? 0).filter((time) => time > 0 && time <= now);
  return (isNewestFirst ? times[0] : undefined) ?? now - CLOCK_DIFFERENCE_S;
}
