import { createHash } from 'node:crypto';
import type { Json } from '../types.ts';
import { isObject, limits, longerThan, missing, type Problem, problem } from './limits.ts';

/** One identifier of a person, as a call names it. */
export interface Ref {
  kind: 'id' | 'email' | 'phone' | 'cio_id' | 'anonymous_id';
  value: string;
}

/**
 * cio_ids are short lower-case hex (`d9c106000001`). Here the first six digits name the workspace, so that
 * one of another workspace can be told apart: Customer.io answers 400 `invalid identifier` for it.
 */
export function cioIds(environmentId: number): { next(): string; isOurs(cioId: string): boolean } {
  const prefix = createHash('sha256').update(`workspace ${environmentId}`).digest('hex').slice(0, 6);
  let last = 0;
  return {
    next: () => prefix + (++last).toString(16).padStart(6, '0'),
    isOurs: (cioId) => cioId.startsWith(prefix) && /^[0-9a-f]{12,}$/.test(cioId),
  };
}

/**
 * Reads the `{identifier}` of a Track v1 path. The server tells id, email and cio_id apart by their shape
 * (Customer.io docs); a phone number is taken as an id there. In an id-only workspace everything is an id.
 */
export function pathRef(decoded: string, idOnly: boolean): Ref {
  if (decoded.startsWith('cio_')) return { kind: 'cio_id', value: decoded.slice('cio_'.length) };
  if (!idOnly && decoded.includes('@')) return { kind: 'email', value: decoded };
  return { kind: 'id', value: decoded };
}

export function refProblems(ref: Ref, isOurs: (cioId: string) => boolean): Problem[] {
  if (ref.value === '') return [missing(`identifiers.${ref.kind}`, 'identifier is required')];
  if (ref.kind === 'cio_id' && !isOurs(ref.value)) {
    return [problem('identifiers.cio_id', 'invalid identifier')];
  }
  if (ref.kind === 'phone' && !/^\+[1-9]\d{5,14}$/.test(ref.value)) {
    return [problem('identifiers.phone', 'phone must be in E.164 format')];
  }
  if (ref.kind === 'id' && longerThan(ref.value, limits.identifierBytes)) {
    return [problem('identifiers.id', `id cannot be longer than ${limits.identifierBytes} bytes`)];
  }
  return [];
}

/** Ids may be sent as numbers; the server keeps text. */
export function identifierText(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

const kinds = ['id', 'email', 'phone', 'cio_id', 'anonymous_id'] as const;

/**
 * Reads v2 `identifiers` (and the two sides of a merge): exactly one of id, email, phone, cio_id; the cio_id
 * without `cio_`. `anonymous_id` is not documented for v2 but used in production by two large clients.
 */
export function objectRef(
  value: unknown,
  field: string,
  allowed: readonly Ref['kind'][],
): { ref: Ref } | { problem: Problem } {
  if (!isObject(value)) return { problem: missing(field, `${field} is required`) };
  const keys = Object.keys(value);
  const kind = kinds.find((known) => known === keys[0]);
  if (keys.length !== 1 || !kind || !allowed.includes(kind)) {
    return { problem: problem(field, `${field} must have exactly one of ${allowed.join(', ')}`) };
  }
  const text = identifierText(value[kind]);
  if (text === null) return { problem: problem(`${field}.${kind}`, `${kind} must be a non-empty string`) };
  return { ref: { kind, value: text } };
}
