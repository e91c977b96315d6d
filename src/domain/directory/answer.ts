/** A contact that the directory has under an address. */
export interface RecordedContact {
  contactId: number;
  dealIds: number[];
  /** When it was last read from Kommo, unix ms. */
  readAt: number;
  /** Whether Kommo has reported a change since. */
  isStale: boolean;
}

/**
 * What the directory says of an address:
 * - `contacts`: these contacts have it.
 * - `read_again`: these contacts had it, and must be read from Kommo before the answer is used.
 * - `nobody`: no contact had it when the report arrived.
 * - `unknown`: the directory has not been read up to that moment.
 */
export type DirectoryAnswer =
  | { kind: 'contacts'; contacts: RecordedContact[] }
  | { kind: 'read_again'; contactIds: number[] }
  | { kind: 'nobody' }
  | { kind: 'unknown' };

/**
 * How long a contact that was read is used as it is, ms. It bounds how late a deal is noticed that was linked to the contact
 * since: it is not documented that Kommo counts a new link as a change of the contact.
 */
const FRESH_MS = 10 * 60_000;

/**
 * @param recorded the contacts under the address.
 * @param completeAt until when the directory is complete, unix ms; null where it has never been read to its end.
 * @param arrivedAt when the report about the address arrived, unix ms.
 */
export function directoryAnswer(
  recorded: readonly RecordedContact[],
  { completeAt, arrivedAt, now }: { completeAt: number | null; arrivedAt: number; now: number },
): DirectoryAnswer {
  // A directory that is only partly read may lack a second contact with the same address.
  if (completeAt === null) return { kind: 'unknown' };
  if (recorded.length === 0) return completeAt >= arrivedAt ? { kind: 'nobody' } : { kind: 'unknown' };
  const outdated = recorded.filter(({ isStale, readAt }) => isStale || readAt < now - FRESH_MS);
  return outdated.length > 0
    ? { kind: 'read_again', contactIds: recorded.map(({ contactId }) => contactId) }
    : { kind: 'contacts', contacts: [...recorded] };
}
