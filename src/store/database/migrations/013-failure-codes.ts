import { type Kysely, sql } from 'kysely';

/**
 * The cause of a failure as a code, beside its text. Dead letters of earlier versions get theirs from the texts that
 * those versions stored: once here, so that no other code reads meaning out of a text. A code that is left out, by this
 * or by a process of the version before in a rolling upgrade, only makes the advice less specific.
 */
const STORED_TEXTS: [code: string, pattern: string, lane: 'kommo' | 'customerio' | null][] = [
  ['previous_action_failed', '^Not sent: the action before it', null],
  ['attempts_exhausted', '^Given up after', null],
  ['field_missing', 'deal field .* does not exist|field_id', 'kommo'],
  ['option_missing', 'has no option', 'kommo'],
  ['assignee_unavailable', 'responsible_user_id', 'kommo'],
  ['tag_refused', 'tags_to_(add|delete)', 'kommo'],
  ['choice_unknown', 'NotSupportedChoice|not a valid choice', 'kommo'],
  ['deal_not_found', 'not found|no such (deal|lead)|does not exist', 'kommo'],
  ['text_too_long', 'too long|characters or less|TooLong', 'kommo'],
  ['value_type_mismatch', 'holds a (number|date)|is a checkbox|which Stagepost cannot set', 'kommo'],
  ['text_empty', 'should not be (blank|null)', 'kommo'],
  ['identifier_refused', 'identifier|e-?mail', 'customerio'],
  ['payload_too_large', '\\(413\\)|too large|too big|bytes', 'customerio'],
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table actions add column failure_code text`.execute(db);
  for (const [code, pattern, lane] of STORED_TEXTS) {
    await sql`
      update actions set failure_code = ${code}
      where state = 'dead' and failure_code is null and error ~* ${pattern} and (${lane}::text is null or lane = ${lane})
    `.execute(db);
  }
}
