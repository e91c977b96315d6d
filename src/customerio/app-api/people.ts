import type { Json } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { BODY_TOO_LARGE } from '../../lib/http-request.ts';
import { asObject, textOrNull } from '../../lib/unknown-json.ts';
import type { Answer } from '../call.ts';
import { type AppTransport, identifierPart, listIn, objectIn, unexpectedAnswer } from './transport.ts';

export type IdType = 'id' | 'email' | 'cio_id';

/** A person's identifiers at Customer.io. In a workspace that identifies by `id` alone, the others are null. */
export interface PersonIdentifiers {
  id: string | null;
  email: string | null;
  cioId: string | null;
}

export interface PersonAttributes extends PersonIdentifiers {
  /** Customer.io gives every value as a text. */
  attributes: Record<string, Json>;
  unsubscribed: boolean;
}

/** Customer.io docs: at most 100 ids in one call. */
export const MAX_IDS = 100;
/** A person has at most 300 attributes of 1000 bytes; usually 2 to 5 KB, so 100 people fit. */
const MAX_PEOPLE_BYTES = 8_000_000;

/** The person's attributes, or null where there is no such person. */
export async function readAttributes(
  transport: AppTransport,
  idType: IdType,
  id: string,
): Promise<Record<string, Json> | null> {
  const answer = await transport.find({
    method: 'GET',
    path: `/v1/customers/${identifierPart(id)}/attributes?id_type=${idType}`,
    template: '/v1/customers/{id}/attributes',
  });
  return answer && attributesIn(objectIn(answer, 'customer'), answer);
}

/**
 * The attributes of those people that exist, in any order. The ids are Customer.io's `id`; the call has no `id_type`
 * (Customer.io docs: `POST /v1/customers/attributes`). Ids are asked for in halves where an answer would be too large.
 * @throws DeliveryError `permanent` for more than 100 ids
 */
export async function readAttributesOfMany(
  transport: AppTransport,
  ids: readonly string[],
): Promise<PersonAttributes[]> {
  if (ids.length > MAX_IDS)
    throw new DeliveryError('permanent', `At most ${MAX_IDS} people can be read in one call.`);
  if (ids.length === 0) return [];
  try {
    const answer = await transport.send({
      method: 'POST',
      path: '/v1/customers/attributes',
      template: '/v1/customers/attributes',
      body: JSON.stringify({ ids }),
      isRead: true,
      maxBytes: MAX_PEOPLE_BYTES,
    });
    return listIn(answer, 'customers').map((entry) => readPerson(asObject(entry), answer));
  } catch (error) {
    if (!isTooLarge(error) || ids.length === 1) throw error;
    const half = Math.ceil(ids.length / 2);
    const first = await readAttributesOfMany(transport, ids.slice(0, half));
    return [...first, ...(await readAttributesOfMany(transport, ids.slice(half)))];
  }
}

/** The people with this address, in any case. An address can belong to several in a workspace that identifies by `id`. */
export async function findByEmail(transport: AppTransport, email: string): Promise<PersonIdentifiers[]> {
  const answer = await transport.send({
    method: 'GET',
    // Customer.io finds nobody for an unencoded `+`.
    path: `/v1/customers?email=${encodeURIComponent(email)}`,
    template: '/v1/customers',
  });
  return listIn(answer, 'results').map((entry) => readIdentifiers(asObject(entry)));
}

/** Reads `identifiers`, `customer_identifiers` or an entry of a search. Blank ones are null. */
export function readIdentifiers(entry: Record<string, unknown>): PersonIdentifiers {
  return { id: textOrNull(entry.id), email: textOrNull(entry.email), cioId: textOrNull(entry.cio_id) };
}

function readPerson(person: Record<string, unknown>, answer: Answer): PersonAttributes {
  const identifiers = readIdentifiers(asObject(person.identifiers));
  return {
    ...identifiers,
    id: identifiers.id ?? textOrNull(person.id),
    attributes: attributesIn(person, answer),
    unsubscribed: person.unsubscribed === true,
  };
}

function attributesIn(person: Record<string, unknown>, answer: Answer): Record<string, Json> {
  const { attributes } = person;
  if (typeof attributes !== 'object' || Array.isArray(attributes)) throw unexpectedAnswer(answer);
  return (attributes ?? {}) as Record<string, Json>;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof DeliveryError && error.systemCode === BODY_TOO_LARGE;
}
