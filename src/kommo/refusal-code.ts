import type { FailureCode } from '../domain/errors.ts';

/**
 * Kommo's texts about a refused item, by what they mean; the first match counts. Kommo has codes of its own only for some
 * (`NotSupportedChoice`, `TooLong`), and names the field in parentheses. Seen in answers of the API and in public client
 * code; the order goes from the named field to the general complaint.
 */
const TEXTS: [pattern: RegExp, code: FailureCode][] = [
  [/field_id/i, 'field_missing'],
  [/responsible_user_id/i, 'assignee_unavailable'],
  [/tags_to_(add|delete)/i, 'tag_refused'],
  [/NotSupportedChoice|not a valid choice/i, 'choice_unknown'],
  [/not found|no such (deal|lead)|does not exist/i, 'deal_not_found'],
  [/too long|characters or less|TooLong/i, 'text_too_long'],
  [/should not be (blank|null)/i, 'text_empty'],
];

/** What Kommo means by refusing an item, from its own text; null where the text is not known. */
export function refusalCode(text: string): FailureCode | null {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
