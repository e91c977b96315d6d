import type { Generated } from 'kysely';
import type { FieldState } from '../../../domain/consent/field-state.ts';
import type { Json } from '../../../domain/entities.ts';
import type { NameKind } from '../../../domain/people/person-types.ts';
import type { Millis } from './common.ts';

export interface PersonRow {
  connection: string;
  /** The person's key; never shown. For people from before migration 020 it is their identifier of then. */
  person: string;
  /** The profile at Customer.io as last identified; null for a person that was only found, and in rows from before. */
  identifier: string | null;
  email: string | null;
  contact_id: number | null;
  /** The deal that supplies the person's attributes: the one that moved last. */
  deal_id: number | null;
  /** As last sent to Customer.io; null for a person that was only found, never identified. */
  attributes: Record<string, Json> | null;
  /** The state of each deal field that reactions have set. */
  fields: Record<string, FieldState>;
  /** The email that Customer.io has refused, because another profile has it. */
  refused_email: Generated<string | null>;
  updated_at: Millis;
}

/** A name of a person, as one source states it; see `PersonName`. */
export interface PersonNameRow {
  connection: string;
  /** The person's key. */
  person: string;
  kind: NameKind;
  value: string;
  source: string;
  since: Millis;
  until: Millis | null;
}

export interface PersonDealRow {
  connection: string;
  /** The person's key. */
  person: string;
  deal_id: number;
  linked_at: Millis;
  role: Generated<'main' | 'other'>;
  /** The contact by which the person is on the deal; null where it is not known. */
  contact_id: number | null;
  /** When the link ended; null while it holds. */
  until: Millis | null;
}

/** Two people that turned out to be one. */
export interface PersonJoinRow {
  connection: string;
  /** The key that was given up. */
  joined: string;
  /** The key that stayed. */
  person: string;
  reason: string;
  at: Millis;
}
