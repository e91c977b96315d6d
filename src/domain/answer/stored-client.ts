import type { Json, UnixSeconds } from '../entities.ts';
import { factsOfFields, type Mailability, type MailFact, mailability } from '../mailability.ts';
import type { FieldState } from '../opt-out.ts';
import { normalizeEmail } from '../person.ts';
import { parseFieldStates } from '../stored-values.ts';

/** A person as stored. */
export interface StoredClient {
  /** The identifier at Customer.io. */
  person: string;
  email: string | null;
  attributes: Record<string, Json> | null;
  fields: unknown;
}

/** Whether a stored person can get email. @param facts by identifier and by email; later ones than `now` do not count */
export function mailabilityOf(
  { person, email, fields }: StoredClient,
  facts: ReadonlyMap<string, readonly MailFact[]>,
  now: UnixSeconds,
): Mailability {
  const names = new Set([person, ...(email === null ? [] : [email])]);
  const reports = [...names].flatMap((name) => facts.get(name) ?? []);
  const all = [...reports, ...factsOfFields(readFields(fields))];
  return mailability({
    address: normalizeEmail(email ?? person),
    reports: all.filter(({ occurredAt }) => occurredAt <= now),
  });
}

/** None where this version does not know their shape: a page that shows the client must not fail for it. */
function readFields(stored: unknown): Record<string, FieldState> {
  try {
    return parseFieldStates(stored);
  } catch {
    return {};
  }
}

/** The client's first name where one is sent as an attribute, else the full name, else the address. */
export function clientName({ person, email, attributes }: StoredClient): string {
  const names = [attributes?.first_name, attributes?.name];
  const name = names.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof name === 'string' ? name.trim() : (email ?? person);
}
