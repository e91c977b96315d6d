import type { Destination } from '../domain/actions.ts';
import type { FailureClass, FailureCode } from '../domain/errors.ts';
import { en, type Sentences } from '../languages/en.ts';

/** What the advice about a dead letter depends on. */
export interface FailureCase {
  lane: Destination;
  failure: FailureClass | null;
  code: FailureCode | null;
  /** The contents were removed after the retention period. */
  removed: boolean;
}

/** Who can fix it. */
export const OWNERS = [
  'operator',
  'Kommo administrator',
  'author of the rules',
  'sales team',
  'its cause',
  'nobody',
] as const;
export type Owner = (typeof OWNERS)[number];

export interface Advice {
  owner: Owner;
  /** What to do, in sentences for an operations person. */
  todo: string;
}

const OWNER_BY_CODE: Record<FailureCode, Owner> = {
  previous_action_failed: 'its cause',
  attempts_exhausted: 'operator',
  action_unreadable: 'operator',
  field_missing: 'Kommo administrator',
  option_missing: 'Kommo administrator',
  value_type_mismatch: 'author of the rules',
  choice_unknown: 'Kommo administrator',
  assignee_unavailable: 'Kommo administrator',
  tag_refused: 'author of the rules',
  deal_not_found: 'nobody',
  text_too_long: 'author of the rules',
  text_empty: 'author of the rules',
  identifier_refused: 'sales team',
  payload_too_large: 'author of the rules',
};

/** Who can fix a dead letter, and how: the code says most, then the class of the failure, then the destination. */
export function adviceFor({ lane, failure, code, removed }: FailureCase, words: Sentences = en): Advice {
  const { advice } = words.problems;
  if (removed) return { owner: 'sales team', todo: advice.removed };
  if (code !== null) return { owner: OWNER_BY_CODE[code], todo: advice[code] };
  if (failure === 'unauthorized') return { owner: 'operator', todo: advice.unauthorized };
  if (failure !== null && failure !== 'permanent') return { owner: 'operator', todo: advice.callFailed };
  return lane === 'kommo'
    ? { owner: 'Kommo administrator', todo: advice.refusedByKommo }
    : { owner: 'author of the rules', todo: advice.refusedByCustomerio };
}

/** Whether the cause is in one rule: then the same words about another rule are another problem. A person's attributes are in no rule. */
export function isOfRule(failed: FailureCase & { kind: string }): boolean {
  return adviceFor(failed).owner === 'author of the rules' && failed.kind !== 'identify';
}

/** The expressions below take quadratic time, and an error text can come from a stranger's server. */
const MAX_COMPARED = 2_000;

/**
 * The error text without what differs from one deal to the next (IDs, email addresses, request IDs), so that one cause
 * is one group. "…" stands for what was left out.
 */
export function causeOf(text: string): string {
  return text
    .slice(0, MAX_COMPARED)
    .replace(/\[?[^\s"<>@]+@[^\s"<>@]+\.[\w-]+\]?/g, '…')
    .replace(/(identifier )"[^"]*"/gi, '$1"…"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '…')
    .replace(/\b\d{4,}\b/g, '…')
    .replace(/(Given up after) \d+ (tries|attempts)/, '$1 … $2');
}
