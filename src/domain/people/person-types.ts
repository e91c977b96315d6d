import type { FieldState } from '../consent/field-state.ts';
import type { Json } from '../entities.ts';

/**
 * What a person can be called by:
 * - `address`: an email address in its normal form
 * - `contact`: the id of a contact in Kommo
 * - `identifier`: the id of a profile at Customer.io
 * - `cio_id`: Customer.io's own id of a profile, which never changes
 */
export type NameKind = 'address' | 'contact' | 'identifier' | 'cio_id';

/**
 * A name of a person, as one source states it. Two sources may state the same name: it holds while either of them does.
 * Ended names still find the person.
 */
export interface PersonName {
  kind: NameKind;
  value: string;
  /** `contact <id>` for an address read from a contact, `kommo`, `identify`, `report`, or `report of contact <id>`. */
  source: string;
  /** Unix time, ms. */
  since: number;
  /** When it ended, unix time, ms; null while it holds. */
  until: number | null;
}

/** A person's place on a deal. */
export interface PersonLink {
  dealId: number;
  /** `main`: the deal's main contact. */
  role: 'main' | 'other';
  /** The contact by which the person is on the deal; null where no contact is known. */
  contactId: number | null;
  /** Unix time, ms. */
  since: number;
  /** When it ended, unix time, ms; null while it holds. */
  until: number | null;
}

/** Stagepost's record of a person: one human of one connection. Never changed in place: a change makes a new record. */
export interface KnownPerson {
  /** Opaque and never changes; never shown. */
  key: string;
  /** The keys that were given up when others turned out to be this person. */
  formerKeys: readonly string[];
  /** The profile at Customer.io as last identified; null where the person was only found, never identified. */
  identifier: string | null;
  /** The current address, in its normal form. */
  email: string | null;
  /** The current contact, or the last one. */
  contactId: number | null;
  /** The deal that the person's attributes follow: the one that entered a stage last. */
  dealId: number | null;
  /** As last sent to Customer.io; null where the person was never identified. */
  attributes: Record<string, Json> | null;
  /** The deal fields that reports have set, by field. */
  fields: Record<string, FieldState>;
  /** The email that Customer.io has refused, because another profile has it. */
  refusedEmail?: string;
  names: readonly PersonName[];
  links: readonly PersonLink[];
}

/** Two records that turned out to be one human. */
export interface PersonJoin {
  /** The key that no longer exists. */
  from: string;
  /** The key that stays. */
  into: string;
  /** A sentence for people. */
  reason: string;
}

/** A change of people, as an observation leads to it. */
export type PeopleChange = { kind: 'person'; person: KnownPerson } | ({ kind: 'join' } & PersonJoin);

/** The name under which a person is shown and searched. */
export function shownName({
  identifier,
  email,
  contactId,
  key,
}: Pick<KnownPerson, 'identifier' | 'email' | 'contactId' | 'key'>): string {
  return identifier ?? email ?? (contactId === null ? key : String(contactId));
}
