import type { UnixSeconds } from '../../domain/entities.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import type { RecordChange } from '../../kommo/index.ts';
import { linksOfClients } from '../../store/client-links.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { NewEvent } from '../../store/events/events.ts';
import { eventsSince, type SubjectEvent } from '../../store/events/events-since.ts';
import { READ_BACK_MS, type Restored } from '../../store/restored.ts';

/** A webhook reports a change within seconds, and its event is stored at once; Kommo's clock may be ahead by this much, s. */
const SKEW_S = 60;

/**
 * Whether an event that was stored then may be the report of a change. After a restore, an event from before the backup is not the
 * report of a change that may have been made after it: the lost database has that report.
 * @param at of the change, unix s
 * @param storedAt of the event, ms
 */
export function mayReport(at: UnixSeconds, storedAt: Millis, restored: Restored | null): boolean {
  if (storedAt < (at - SKEW_S) * 1000) return false;
  if (restored === null || at > restored.doubtfulUntil) return true;
  const isAfterBackup = (at + SKEW_S) * 1000 >= (restored.from ?? 0);
  return !isAfterBackup || storedAt >= restored.doubtfulUntil * 1000;
}

/**
 * Whether the lost database may have identified a client as it was before a change: the change was made after the backup, and
 * before the restored database had read the logs.
 * @param at of the change, unix s
 */
export function isSinceBackup(at: UnixSeconds, restored: Restored | null): boolean {
  if (restored === null) return false;
  const isAfterBackup = (at + SKEW_S) * 1000 >= (restored.from ?? 0);
  return isAfterBackup && at * 1000 <= restored.doubtfulUntil * 1000 + READ_BACK_MS;
}

type Kind = RecordChange['kind'];

/** The events for which a deal or contact is read at least as thoroughly as for a change of the first kind. */
const COVERED_BY: Record<Kind, readonly StagepostEvent['kind'][]> = {
  deal_changed: ['deal_changed', 'deal_restored', 'deal_moved'],
  deal_deleted: ['deal_deleted'],
  deal_restored: ['deal_restored'],
  contact_changed: ['contact_changed', 'contact_restored', 'contact_merged'],
  contact_deleted: ['contact_deleted'],
  contact_restored: ['contact_restored'],
  // No webhook reports a merge.
  contact_merged: [],
};

/**
 * Of an account without webhooks: whether the deal or contact of an event was read after a change, so that the change needs no event
 * of its own. Where entries are read every few seconds, an event that is stored soon after one change says nothing of the next one;
 * but what is read because of an entry includes all that was changed before that entry, by Kommo's own clock.
 * @param at of the change, unix s
 */
export function isReadAfter(
  at: UnixSeconds,
  { kind, occurred_at, created_at, reported }: Omit<SubjectEvent, 'subject'>,
): boolean {
  // The deal is read for a stage with a rule only.
  if (kind === 'deal_moved') return false;
  return reported ? created_at >= (at + SKEW_S) * 1000 : occurred_at >= at;
}

/** The last change of each deal and contact, where an earlier one says nothing more: saving a form changes many fields at once. */
function withoutRepetitions(changes: RecordChange[]): RecordChange[] {
  const keyOf = ({ kind, subject }: RecordChange) => `${kind} ${subject}`;
  const last = new Map(changes.map((change) => [keyOf(change), change]));
  const saysMore = ({ contactId, addresses }: RecordChange) =>
    contactId !== undefined || addresses !== undefined;
  return changes.filter((change) => saysMore(change) || last.get(keyOf(change)) === change);
}

export interface UnreportedOptions {
  /** Unix s. */
  now: UnixSeconds;
  restored?: Restored | null;
  /** The account has no webhooks. */
  isPolled?: boolean;
}

/**
 * The events of changes that no webhook has reported since they were made. A reported change of a deal on which nobody is known is
 * not read, since no webhook names the deal's contacts: where the log says that it has got a client, it is an event of its own.
 */
export async function unreportedChanges(
  db: Db,
  connection: string,
  read: RecordChange[],
  { now, restored = null, isPolled = false }: UnreportedOptions,
): Promise<NewEvent[]> {
  const changes = isPolled ? withoutRepetitions(read) : read;
  if (changes.length === 0) return [];
  const since = (Math.min(...changes.map(({ at }) => at)) - SKEW_S) * 1000;
  const kinds = new Set(changes.flatMap(({ kind }) => COVERED_BY[kind]));
  const known = Map.groupBy(await eventsSince(db, connection, [...kinds], since), ({ subject }) => subject);
  const covers = (event: SubjectEvent, at: UnixSeconds) =>
    isPolled ? isReadAfter(at, event) : mayReport(at, event.created_at, restored);
  const isReported = ({ kind, subject, at }: RecordChange) =>
    known.get(subject)?.some((event) => COVERED_BY[kind].includes(event.kind) && covers(event, at));
  const links = changes.flatMap(({ subject: dealId, contactId }) =>
    contactId === undefined ? [] : [{ dealId, contactId }],
  );
  const ofClients = await linksOfClients(db, connection, links);
  const isOfClient = ({ subject, contactId }: RecordChange) =>
    ofClients.some((link) => link.dealId === subject && link.contactId === contactId);
  // A webhook does not name the former addresses.
  const isProfileLost = ({ at, formerAddresses = [] }: RecordChange) =>
    formerAddresses.length > 0 && isSinceBackup(at, restored);
  // A contact that is merged into another one soon afterwards cannot be read any more.
  const lastMerge = Math.max(...changes.map(({ kind, at }) => (kind === 'contact_merged' ? at : 0)));
  const isBeforeMerge = ({ at, addresses = [] }: RecordChange) => addresses.length > 0 && at <= lastMerge;
  const isNeeded = (change: RecordChange) =>
    isOfClient(change) || isProfileLost(change) || isBeforeMerge(change);
  return changes
    .filter((change) => isNeeded(change) || !isReported(change))
    .map((change) => ({
      connection,
      key: `${change.kind}:${change.subject}:${change.id}`,
      event: eventOf(change, now, restored),
      name: null,
      person: null,
      inboxIds: [],
    }));
}

function eventOf(
  { kind, subject, at, contactId, addresses = [], formerAddresses = [] }: RecordChange,
  now: number,
  restored: Restored | null,
): StagepostEvent {
  const occurredAt = Math.min(at, now);
  const isLate = isSinceBackup(at, restored);
  switch (kind) {
    case 'deal_changed':
      return {
        kind,
        dealId: subject,
        occurredAt,
        ...(contactId !== undefined && { linkedContact: contactId }),
      };
    case 'deal_deleted':
    case 'deal_restored':
      return { kind, dealId: subject, occurredAt };
    case 'contact_changed':
      return {
        ...{ kind, contactId: subject, occurredAt },
        ...(addresses.length > 0 && { addresses }),
        ...(isLate && formerAddresses.length > 0 && { formerAddresses }),
      };
    case 'contact_merged':
      return { kind, contactId: subject, occurredAt, ...(isLate && { isSinceBackup: true }) };
    default:
      return { kind, contactId: subject, occurredAt };
  }
}
